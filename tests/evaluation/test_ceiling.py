import polars as pl
import pytest

from data.schema import TypeEnum
from evaluation.ceiling import ceilings, recall_curve

PLACED = pl.DataFrame(
    [
        (0, "clicks", 1, 5, 2),  # described and listed
        (0, "carts", 1, 5, 30),  # described, not listed
        (0, "carts", 2, 120, None),  # proposed, cut off
        (1, "clicks", 3, None, None),  # not proposed
    ],
    schema={"query": pl.UInt32, "type": TypeEnum, "item": pl.UInt32, "fused": pl.UInt16, "ranked": pl.UInt16},
    orient="row",
)


def test_what_each_step_keeps():
    found = ceilings(PLACED, total=100)
    assert found == {
        "proposed": {"clicks": 0.5, "carts": 1.0, "orders": None},
        "described": {"clicks": 0.5, "carts": 0.5, "orders": None},
        "listed": {"clicks": 0.5, "carts": 0.0, "orders": None},
    }


def test_no_step_can_keep_more_than_a_list_holds():
    many = pl.DataFrame(
        [(0, "carts", n, n + 1, n + 1 if n < 10 else None) for n in range(25)], schema=PLACED.schema, orient="row"
    )
    found = ceilings(many, total=100)
    assert (found["proposed"]["carts"], found["listed"]["carts"]) == (1.0, 0.5)


def test_a_curve_is_recall_at_each_depth():
    found = recall_curve(PLACED.lazy(), "fused", [1, 5, 200])
    assert list(found) == ["1", "5", "200"]
    assert found["5"] == {"clicks": 0.5, "carts": 0.5, "orders": None}
    assert found["200"]["carts"] == pytest.approx(1.0)
    assert found["1"]["clicks"] == 0.0
