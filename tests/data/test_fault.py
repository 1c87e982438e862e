from pathlib import Path

import polars as pl
import pytest

from data.errors import AisleError
from data.fault import FAULT, Lost, carried, refuse_faults, with_lost_lines

READ = pl.DataFrame({"a": [1, 2]})


def test_lost_lines_stand_at_their_places():
    assert with_lost_lines(READ, []) is READ
    rows = with_lost_lines(READ, [Lost(0, "x"), Lost(2, "y"), Lost(4, "z")])
    assert rows.rows() == [(None, "x"), (1, None), (None, "y"), (2, None), (None, "z")]
    assert with_lost_lines(pl.DataFrame(), [Lost(0, "x")]).rows() == [("x",)]


def test_a_table_that_no_row_is_set_aside_of():
    assert refuse_faults(READ, Path("x.csv")) is not None
    whole = READ.with_columns(pl.lit(None, pl.String).alias(FAULT))
    assert not carried(refuse_faults(whole, Path("x.csv")))
    with pytest.raises(AisleError, match=r"^x.csv: line 3 is odd, and 1 more such rows; mend them"):
        refuse_faults(with_lost_lines(READ, [Lost(0, "line 3 is odd"), Lost(1, "y")]), Path("x.csv"))
