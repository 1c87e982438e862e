import polars as pl
import pytest

from features.group import FeatureGroup, feature_group


def test_declares_what_the_function_reads():
    @feature_group(scope="item")
    def visits(history: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
        return history.group_by("item").agg(times=pl.len()).join(items, on="item")

    assert isinstance(visits, FeatureGroup)
    assert (visits.name, visits.scope, visits.as_of, visits.reads) == ("visits", "item", False, ("history", "items"))
    assert visits.from_history
    tables = {
        "history": pl.LazyFrame({"item": [3, 3]}),
        "items": pl.LazyFrame({"item": [3]}),
        "vectors": pl.LazyFrame(),
    }
    rows = visits(tables).collect()
    assert rows.to_dicts() == [{"item": 3, "visits__times": 2.0}]
    assert rows.schema["visits__times"] == pl.Float32


@pytest.mark.parametrize("scope", ["query", "pair"])
def test_group_of_a_query_is_not_from_history(scope):
    @feature_group(scope=scope)
    def seen(history: pl.LazyFrame, prefixes: pl.LazyFrame) -> pl.LazyFrame:
        return prefixes.join(history, on="item")

    assert not seen.from_history


def test_refuses_a_parameter_that_is_no_table():
    with pytest.raises(ValueError, match=r"`wrong` reads \['shop'\]; name its parameters out of \('history'"):

        @feature_group(scope="item")
        def wrong(history: pl.LazyFrame, shop: pl.LazyFrame) -> pl.LazyFrame:
            return history.join(shop, on="item")


@pytest.mark.parametrize("scope", ["pair", "row"])
def test_row_and_described_go_together(scope):
    def wrong(candidates: pl.LazyFrame, described: pl.LazyFrame) -> pl.LazyFrame:
        return described.join(candidates, on="item")

    with pytest.raises(ValueError, match="`row` and `described` go together"):
        feature_group(scope=scope)(wrong)


def test_only_pairs_can_be_aligned():
    with pytest.raises(ValueError, match="`seen` has scope item; only rows of pairs can be `aligned`"):

        @feature_group(scope="item", aligned=True)
        def seen(history: pl.LazyFrame) -> pl.LazyFrame:
            return history


def test_row_group_extends_what_it_is_given():
    @feature_group(scope="row")
    def half(described: pl.LazyFrame) -> pl.LazyFrame:
        return described.with_columns(x=pl.col("seen__x") / 2)

    rows = pl.LazyFrame({"query": [1], "item": [2], "seen__x": [5]})
    assert half.extend(rows).collect().to_dicts() == [{"query": 1, "item": 2, "seen__x": 5, "half__x": 2.5}]
    assert half({"described": rows}).collect().to_dicts() == [{"query": 1, "item": 2, "half__x": 2.5}]
    assert not half.from_history


OF_A_QUERY = [lambda prefixes: prefixes, lambda queries: queries, lambda history, candidates: candidates]


@pytest.mark.parametrize(
    "scope", ["user", "item", "category", "item_hour", "item_weekday", "user_item", "user_category"]
)
@pytest.mark.parametrize("function", OF_A_QUERY)
def test_refuses_a_querys_tables_outside_its_scopes(scope, function):
    with pytest.raises(ValueError, match=f"has scope {scope}, so it must not read a query's tables"):
        feature_group(scope=scope)(function)
