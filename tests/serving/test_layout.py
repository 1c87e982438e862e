"""Running sessions in a log's own layout, of which they may have a part only."""

from pathlib import Path

import polars as pl
import pytest

from data.formats import Columns, Flag, LogFormat
from serving.layout import laid_out

FLAGS = {"seen": Flag("clicks"), "sold": Flag("orders", ts="sold_at", event_id="sale")}
LAYOUT = LogFormat(columns=Columns(item="sku", ts="t", user="u"), flags=FLAGS)
ROWS = {"u": ["a"], "sku": ["x"], "t": [1], "seen": [1], "sold": [1]}


@pytest.mark.parametrize(
    ("more", "times"),
    [({}, [1, 1]), ({"sold_at": [5]}, [1, 5]), ({"sold_at": [5], "sale": ["s"]}, [1, 5]), ({"sale": ["s"]}, [1, 1])],
)
def test_a_flag_is_set_at_its_own_time_as_far_as_it_is_told(more, times):
    found = laid_out(pl.DataFrame(ROWS | more), LAYOUT, Path("events"))
    assert found["type"].to_list() == ["clicks", "orders"]
    assert found["ts"].to_list() == times
    assert ("event_id" in found.columns) == ("sale" in more)
