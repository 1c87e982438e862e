"""Whose candidates sources are measured on."""

import polars as pl

from data.schema import Labels
from pipeline.tasks.recall import some_labels
from tests.oracle.frames import table


def test_of_many_queries_some_are_drawn_with_all_their_labels():
    labels = table(Labels, *((query, "carts", item) for query in range(50) for item in (1, 2)))
    kept = some_labels(labels.lazy(), 20).collect()
    assert kept["query"].n_unique() == 20
    assert kept.height == 40
    assert set(kept["query"]) != set(range(20))
    assert set(some_labels(labels.lazy(), 10).collect()["query"]) < set(kept["query"])
    assert some_labels(labels.lazy(), 50).collect().equals(pl.DataFrame(labels))
