"""Every scope joined by hand; as-of joins strictly before the start."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.candidates import candidates_of
from data.schema import Items, Prefixes
from data.visible import visible_of
from features.describer import Describer
from features.group import feature_group
from features.join import describe, describe_queries
from tests.oracle.frames import at, queries, table

QUERIES = queries((4, 7, 10, None), (2, None, 20, None))
CANDIDATES = pl.DataFrame(
    {"query": [2, 2, 4, 4], "item": [0, 1, 1, 2], "fused__rank": [1, 2, 1, 2], "fused__score": [0.4, 0.3, 0.2, 0.1]},
    schema={"query": pl.UInt32, "item": pl.UInt32, "fused__rank": pl.UInt16, "fused__score": pl.Float32},
)
ITEMS = table(Items, (0, "a", 5, None, None, None), (1, "b", None, None, None, None))
U32 = pl.UInt32


def worked(group, *others):
    tables = {"items": ITEMS.lazy(), "history": pl.LazyFrame(), "prefixes": pl.LazyFrame()}
    rows = describe(CANDIDATES.lazy(), QUERIES.lazy(), tables, [group, *others]).collect()
    assert rows.select(CANDIDATES.columns).equals(CANDIDATES)
    assert_frame_equal(opened([group, *others], tables).select(rows.columns), rows, check_exact=True)
    return rows


def opened(groups, tables):
    """The same, said by a describer that has opened the tables."""
    visible = visible_of(pl.DataFrame(Prefixes.create_empty()), QUERIES)
    describer = Describer.open(groups, tables)
    return describer(visible, candidates_of(CANDIDATES, visible.query)).frame(visible.query)


def column(rows, name="scored__x"):
    return rows[name].to_list()


def of_scope(scope, as_of=False, **columns):
    """A group whose rows are given; keys are u32."""
    keys = {name: U32 for name in columns if name not in {"x", "ts"}}

    def scored(history: pl.LazyFrame) -> pl.LazyFrame:
        return pl.LazyFrame(columns, schema_overrides=keys).with_columns(pl.col("^ts$").cast(pl.Datetime("ms", "UTC")))

    return feature_group(scope=scope, as_of=as_of)(scored)


@pytest.mark.parametrize(
    ("scope", "columns", "expected"),
    [
        ("query", {"query": [4, 3], "x": [1, 2]}, [None, None, 1, 1]),
        ("user", {"user": [7, 8], "x": [1, 2]}, [None, None, 1, 1]),
        ("item", {"item": [2, 1, 9], "x": [1, 2, 3]}, [None, 2, 2, 1]),
        ("category", {"category": [5, 6], "x": [1, 2]}, [1, None, None, None]),
        ("user_category", {"user": [7, None], "category": [5, 5], "x": [1, 2]}, [None] * 4),
        ("pair", {"query": [2, 4, 4], "item": [1, 1, 0], "x": [1, 2, 3]}, [None, 1, 2, None]),
    ],
)
def test_scopes(scope, columns, expected):
    assert column(worked(of_scope(scope, **columns))) == expected


def test_user_category_meets_where_both_are_known():
    asked = CANDIDATES.with_columns(item=pl.Series([1, 2, 0, 1], dtype=U32))
    group = of_scope("user_category", user=[7, 7], category=[5, 6], x=[1, 2])
    rows = describe(asked.lazy(), QUERIES.lazy(), {"items": ITEMS.lazy(), "history": pl.LazyFrame()}, [group])
    assert column(rows.collect()) == [None, None, 1, None]


@pytest.mark.parametrize(
    ("scope", "columns", "expected"),
    [
        # query 2 was asked at 00:21 of a Monday, query 4 of user 7 at 00:11
        ("item_hour", {"item": [1, 1, 2], "hour": [0, 1, 0], "x": [1, 2, 3]}, [None, 1, 1, 3]),
        ("item_weekday", {"item": [1, 2, 0], "weekday": [1, 2, 1], "x": [1, 2, 3]}, [3, 1, 1, None]),
        ("user_item", {"user": [7, 7, 8], "item": [1, 0, 2], "x": [1, 2, 3]}, [None, None, 1, None]),
    ],
)
def test_scopes_of_a_moment_or_a_user(scope, columns, expected):
    keys = {"hour": pl.Int8, "weekday": pl.Int8}

    def scored(history: pl.LazyFrame) -> pl.LazyFrame:
        types = {name: keys.get(name, U32) for name in columns if name != "x"}
        return pl.LazyFrame(columns, schema_overrides=types)

    assert column(worked(feature_group(scope=scope)(scored))) == expected


def test_zeros_stand_where_a_group_has_no_row():
    def counted(history: pl.LazyFrame) -> pl.LazyFrame:
        return pl.LazyFrame({"item": [1], "x": [None], "n": [5]}, schema_overrides={"item": U32, "x": U32})

    rows = worked(feature_group(scope="item", zeros=("n",))(counted))
    assert column(rows, "counted__n") == [0, 5, 5, 0]
    assert column(rows, "counted__x") == [None] * 4


def test_aligned_rows_are_put_beside():
    def beside(candidates: pl.LazyFrame) -> pl.LazyFrame:
        return candidates.select("query", "item", x=pl.col("item") * 2)

    tables = {"items": ITEMS.lazy(), "candidates": CANDIDATES.lazy()}
    group = feature_group(scope="pair", aligned=True)(beside)
    rows = describe(CANDIDATES.lazy(), QUERIES.lazy(), tables, [group]).collect()
    assert rows.columns == [*CANDIDATES.columns, "beside__x"]
    assert column(rows, "beside__x") == [0, 2, 2, 4]


def test_a_row_group_sees_the_groups_before_it_and_those_alone():
    def doubled(described: pl.LazyFrame) -> pl.LazyFrame:
        assert "later__x" not in described.collect_schema()
        return described.with_columns(twice=pl.col("scored__x") * 2)

    def later(history: pl.LazyFrame) -> pl.LazyFrame:
        return pl.LazyFrame({"item": [1], "x": [1]}, schema_overrides={"item": U32})

    groups = [of_scope("item", item=[1, 2], x=[1, 2]), feature_group(scope="row")(doubled)]
    rows = worked(*groups, feature_group(scope="item")(later))
    assert rows.columns == [*CANDIDATES.columns, "scored__x", "doubled__twice", "later__x"]
    assert column(rows, "doubled__twice") == [None, 2, 2, 4]


def test_unknown_keys_never_meet():
    for as_of in (False, True):
        extra = {"ts": [at(1)]} if as_of else {}
        assert column(worked(of_scope("user", as_of, user=[None], x=[1], **extra))) == [None] * 4
        assert column(worked(of_scope("category", as_of, category=[None], x=[1], **extra))) == [None] * 4


def test_as_of_is_strictly_before_the_start():
    # query 4 of user 7 starts at minute 10
    for minutes, expected in (([8, 9], 2), ([9, 10], 1), ([10, 11], None), ([9, 8], 1)):
        group = of_scope("user", True, user=[7, 7], ts=[at(minute) for minute in minutes], x=[1, 2])
        assert column(worked(group)) == [None, None, expected, expected]


def test_as_of_by_item_follows_each_querys_start():
    group = of_scope("item", True, item=[1, 1, 2], ts=[at(19), at(5), at(10)], x=[1, 2, 3])
    rows = worked(group)
    assert column(rows) == [None, 1, 2, None]
    assert rows.columns == [*CANDIDATES.columns, "scored__x", "scored__days_since"]
    # query 2 starts at minute 20, query 4 at minute 10; item 1 has rows at 19 and 5
    minutes = [value and value * 24 * 60 for value in column(rows, "scored__days_since")]
    assert minutes == [None, pytest.approx(1), pytest.approx(5), None]


def test_as_of_by_user_and_category():
    asked = CANDIDATES.with_columns(item=pl.Series([0, 1, 0, 1], dtype=U32))
    group = of_scope("user_category", True, user=[7, 7, 7], category=[5, 5, 6], ts=[at(3), at(10), at(1)], x=[1, 2, 3])
    rows = describe(asked.lazy(), QUERIES.lazy(), {"items": ITEMS.lazy(), "history": pl.LazyFrame()}, [group])
    assert column(rows.collect()) == [None, None, 1, None]


def test_table_computed_before_stands_under_the_groups_name():
    group = of_scope("item", item=[1], x=[1])
    stored = pl.LazyFrame({"item": [1], "scored__x": [8.0]}, schema_overrides={"item": U32})
    tables = {"items": ITEMS.lazy(), "scored": stored}
    rows = describe(CANDIDATES.lazy(), QUERIES.lazy(), tables, [group]).collect()
    assert column(rows) == [None, 8.0, 8.0, None]


def test_repeated_key_is_refused():
    with pytest.raises(pl.exceptions.ComputeError, match="m:1"):
        worked(of_scope("item", item=[1, 1], x=[1, 2]))


def test_queries_get_query_and_user_features_only():
    def other(history: pl.LazyFrame) -> pl.LazyFrame:
        return pl.LazyFrame({"query": [2], "y": [9]}, schema_overrides={"query": U32})

    groups = [
        of_scope("item", item=[1], x=[1]),
        of_scope("user", True, user=[7], ts=[at(9)], x=[3]),
        feature_group(scope="query")(other),
    ]
    rows = describe_queries(QUERIES.lazy(), {"history": pl.LazyFrame()}, groups).collect()
    assert rows.columns == ["query", "scored__x", "scored__days_since", "other__y"]
    assert rows.drop("scored__days_since").rows() == [(4, 3.0, None), (2, None, 9.0)]
