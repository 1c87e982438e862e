import polars as pl

from evaluation.beyond.exposure import coverage, exposure

LISTS = pl.LazyFrame({"query": [0, 0, 1], "item": [5, 6, 5]})


def test_places_of_items():
    assert exposure(LISTS).collect().rows() == [(5, 2), (6, 1)]


def test_coverage_counts_items_of_the_catalogue():
    shown = exposure(LISTS).collect()
    assert coverage(shown, pl.DataFrame({"item": [5, 7, 8, 9]})) == 0.25
    assert coverage(shown, pl.DataFrame({"item": []}, schema={"item": pl.Int64})) is None
