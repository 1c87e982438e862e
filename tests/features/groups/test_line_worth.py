import math

import polars as pl
import pytest

from features.groups.line_worth import line_worth

WORTH = {"price": 4.0, "pieces": 3.0, "log_pieces": 1.0, "sd_pieces": 0.2, "mean_multiple": 0.5}
COLUMNS = {"query": pl.UInt32, "item": pl.UInt32} | dict.fromkeys(
    ("line__price", "line__pieces", *(f"item_worth__{name}" for name in WORTH)), pl.Float32
)


def lines(*rows):
    worth = {f"item_worth__{name}": value for name, value in WORTH.items()}
    made = [
        {"query": 0, "item": n, "line__price": p, "line__pieces": q} | worth | more
        for n, (p, q, more) in enumerate(rows)
    ]
    found = line_worth.extend(pl.LazyFrame(made, schema=COLUMNS)).collect()
    return found.select(pl.col("^line_worth__.*$").name.replace("line_worth__", "")).to_dicts()


def test_by_hand():
    ordered, seen, unknown = lines(
        (8.0, 6.0, {}), (8.0, 0.0, {}), (8.0, 6.0, {f"item_worth__{name}": None for name in WORTH})
    )
    assert ordered == pytest.approx(
        {
            "price_lift": math.log(2),
            "pieces_lift": math.log(2),
            "pieces_score": (math.log(7) - 1) / 0.5,
            "outlook": math.log(49) + 0.5,
        }
    )
    assert seen == {
        "price_lift": pytest.approx(math.log(2)),
        "pieces_lift": None,
        "pieces_score": None,
        "outlook": None,
    }
    assert set(unknown.values()) == {None}
