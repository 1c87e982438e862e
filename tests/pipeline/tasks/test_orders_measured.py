"""Orders measured a portion of the queries at a time."""

import polars as pl
import pytest

from data.schema import TYPES, Labels, Ranked
from evaluation.recall import next_click, recall_at
from pipeline.tasks import orders_measured
from pipeline.tasks.orders_measured import measure_orders
from tests.oracle.frames import table

LISTS = table(
    Ranked,
    *((query, name, (query + place) % 5, place, None) for query in range(7) for name in TYPES for place in (1, 2, 3)),
)
TRUTH = table(Labels, *((query, name, item) for query in (0, 2, 3, 6) for name in TYPES[:2] for item in (1, 4)[:query]))


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
def test_portions_add_up_to_the_whole(monkeypatch, at_once):
    monkeypatch.setattr(orders_measured, "QUERIES_AT_ONCE", at_once)
    ranked, truth = LISTS.lazy(), TRUTH.unique(["query", "type"], maintain_order=True).lazy()
    untyped = ranked.filter(pl.col("type") == "orders").drop("type")
    found = measure_orders(
        lambda some: {"own": ranked.filter(some), "one": untyped.filter(some)}, truth, 7, [2, 3], [1, 3]
    )
    for name, listed, clicks in (("own", ranked, ranked.filter(pl.col("type") == "clicks")), ("one", untyped, untyped)):
        assert found[name] == {
            "recall@2": recall_at(listed, truth, 2),
            "recall@3": recall_at(listed, truth, 3),
            "next_click": next_click(clicks, truth, [1, 3]),
        }
