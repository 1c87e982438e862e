import polars as pl
import pytest

from data.schema import TypeEnum
from evaluation.paired import paired

SESSIONS = pl.DataFrame({"query": range(4), "session": range(4)}, schema={"query": pl.UInt32, "session": pl.UInt32})


def placed(*places):
    rows = [(query, "clicks", 1, this, other) for query, (this, other) in enumerate(places)]
    schema = {"query": pl.UInt32, "type": TypeEnum, "item": pl.UInt32, "this": pl.UInt16, "other": pl.UInt16}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_by_hand():
    found = paired(placed((1, 2), (4, None), (None, 1), (1, None)), SESSIONS, 500, 1)
    assert found["sessions"] == 4
    assert (found["this"]["clicks"]["value"], found["other"]["clicks"]["value"]) == (0.75, 0.5)
    assert found["difference"]["clicks"]["value"] == 0.25
    assert found["difference"]["MRR"]["value"] == pytest.approx((1 + 1 / 4 + 1 - 1 / 2 - 1) / 4)
    assert (found["wins"], found["losses"]) == (2, 1)
    assert 0.5 < found["better"]["clicks"] < 1
    assert found["better"]["orders"] is None
    assert found["difference"]["orders"]["value"] is None


def test_the_same_answers_are_neither_better_nor_worse():
    found = paired(placed((1, 1), (None, None), (7, 7)), SESSIONS, 50, 1)
    assert found["difference"]["clicks"] == {"value": 0, "low": 0, "high": 0, "error": 0}
    assert found["better"]["clicks"] == 0.5
    assert (found["wins"], found["losses"]) == (0, 0)


def test_what_both_find_hard_does_not_widen_the_difference():
    # the other finds the same sessions, each a place later: MRR differs little in each of them
    together = paired(placed((1, 2), (None, None), (1, 2), (None, None)), SESSIONS, 400, 1)
    apart = together["difference"]["MRR"]["error"]
    assert apart < together["this"]["MRR"]["error"]
