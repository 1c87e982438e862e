from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data.errors import AisleError
from features.rows.config import RowFeatures
from features.rows.describer import RowDescriber
from features.rows.own import AT_ONCE
from features.rows.registry import ROW_GROUPS
from tests.features.nested.told import maps_of
from tests.features.rows.impressions import CONFIG, impressions

FRAME, TARGETS = impressions()
GROUPS = np.arange(FRAME.height)
DESCRIBER, TAUGHT = RowDescriber.fit(FRAME, TARGETS, GROUPS, CONFIG)
OF_TARGETS = [name for name in TAUGHT.columns if name.endswith("_d7")]
LATER, _ = impressions(rows=40, seed=8, start=100)


def same_bytes(one, other):
    return one.columns == other.columns and all(
        one[name].fill_null(float("nan")).to_numpy().tobytes()
        == other[name].fill_null(float("nan")).to_numpy().tobytes()
        for name in one.columns
    )


def test_every_group_tells_something():
    endings = {
        *("msrp__value", "hour__sin", "revenue_bundle__spread", "country_hist__entropy", "bundles__length"),
        *("last_bundle__earliest", "revenue_bundle__own", "msrp__missing", "country__frequency", "bundle__code"),
        *("msrp__value__in_country", "msrp__value__from_country", "country*bundle__buys_d7", "each"),
    }
    assert endings <= set(DESCRIBER.names)
    assert list(DESCRIBER.names) == TAUGHT.columns
    assert set(TAUGHT.dtypes) == {pl.Float32}
    assert "d28" not in "".join(DESCRIBER.names)  # the first target alone, unless more are named


def test_whatever_is_not_told_of_targets_is_described_alike():
    described = DESCRIBER.describe(FRAME)
    others = [name for name in TAUGHT.columns if name not in OF_TARGETS]
    assert same_bytes(described.select(others), TAUGHT.select(others))
    assert not same_bytes(described.select(OF_TARGETS), TAUGHT.select(OF_TARGETS))


@settings(max_examples=12)
@given(st.lists(st.integers(0, LATER.height), max_size=4))
def test_chunks_give_the_same_bytes(cuts):
    whole = DESCRIBER.describe(LATER)
    edges = [0, *sorted(cuts), LATER.height]
    parts = [DESCRIBER.describe(LATER[a:b]) for a, b in pairwise(edges)]
    assert same_bytes(pl.concat(parts), whole)


def test_long_fields_give_the_same_bytes_whatever_is_beside_them():
    rng = np.random.default_rng(5)
    long = [{f"k{place}": float(value) for place, value in enumerate(rng.lognormal(size=many))} for many in (999, 300)]
    odd = {"a": float("nan"), "b": 1.0, "c": None}
    fields = maps_of(long[0], odd, None, long[1], {})
    rows = LATER[: len(fields)].with_columns(revenue_bundle=fields)
    whole = DESCRIBER.describe(rows)
    for place in range(rows.height):
        assert same_bytes(DESCRIBER.describe(rows[place : place + 1]), whole[place : place + 1])


def test_no_zero_is_negative():
    fields = maps_of({}, {"a": -0.0}, {"a": -0.0, "b": 0.0}, None)
    described = DESCRIBER.describe(LATER[:4].with_columns(revenue_bundle=fields))
    of_maps = described.select(pl.col("^revenue_bundle__.*$").exclude("^.*__(in|from)_.*$")).fill_null(1.0).to_numpy()
    assert not np.signbit(of_maps).any()


def test_more_rows_than_are_held_at_once_give_the_same_bytes(monkeypatch):
    assert AT_ONCE >= 10_000
    whole, odd = DESCRIBER.described(LATER)
    monkeypatch.setattr("features.rows.own.AT_ONCE", 7)
    pieces, odd_of_pieces = DESCRIBER.described(LATER)
    assert same_bytes(whole, pieces)
    assert odd == odd_of_pieces
    assert odd["last_bundle"]["later than the row"] > 0


def test_no_rows_have_the_same_columns():
    assert DESCRIBER.describe(LATER.clear()).schema == DESCRIBER.describe(LATER).schema


def test_columns_that_lack_or_are_null_give_the_same_columns():
    bare = DESCRIBER.describe(LATER.select("datetime"))
    nulls = DESCRIBER.describe(LATER.select("datetime", *(pl.lit(None).alias(n) for n in FRAME.columns[:-1])))
    assert same_bytes(bare, nulls)
    assert bare.columns == TAUGHT.columns
    assert bare["revenue_bundle__sum"].to_list() == [0.0] * LATER.height
    assert bare["revenue_bundle__mean"].null_count() == LATER.height
    assert bare["revenue_bundle__missing"].to_list() == [1.0] * LATER.height


def test_other_types_of_the_same_values_give_the_same_features():
    other = LATER.with_columns(
        pl.col("hour").cast(pl.String),
        pl.col("msrp").cast(pl.Int64),
        pl.col("country").cast(pl.Categorical),
        pl.col("revenue_bundle").map.entries(),
        pl.col("bundles").map_elements(lambda held: str(list(held)), pl.String),
        pl.col("datetime").str.to_datetime("%Y-%m-%d-%H-%M"),
    )
    assert same_bytes(DESCRIBER.describe(other), DESCRIBER.describe(LATER))


def test_the_column_of_moments_must_be_there():
    with pytest.raises(
        AisleError, match="the rows lack the column 'datetime' of their moments; did you mean `datetim`"
    ):
        DESCRIBER.describe(LATER.rename({"datetime": "datetim"}))


def test_the_inventory():
    told = {row["name"]: row for row in DESCRIBER.columns.iter_rows(named=True)}
    assert told["row_id"]["became"] == told["revenue_d7"]["became"] == "left out: configured"
    assert told["datetime"]["became"] == "the row's moment"
    assert told["revenue_bundle"]["kind"] == "map"
    assert told["revenue_bundle"]["became"].startswith("sum, mean, max, min, spread, count, own, own_share, has_own")
    assert told["last_bundle"]["set_aside"].endswith(" later than the row")
    assert told["msrp"]["missing"] == FRAME["msrp"].null_count() / FRAME.height
    assert told["bundles"]["became"].startswith("length")
    assert "the same as others: distinct" in told["bundles"]["became"]


def test_features_that_are_constant_or_twice_there_are_left_out():
    frame = FRAME.with_columns(pl.lit(3.0).alias("three"), (pl.col("msrp") + 0).alias("twice"))
    describer, features = RowDescriber.fit(frame, TARGETS, GROUPS, CONFIG)
    assert features.columns == TAUGHT.columns
    became = dict(describer.columns.select("name", "became").rows())
    assert became["three"] == "no feature; constant: value, missing"
    assert became["twice"] == "no feature; the same as others: value, missing"
    assert [source.name for source in describer.sources] == [source.name for source in DESCRIBER.sources]


def test_zeros_and_nulls_of_what_is_not_known():
    unknown = FRAME["revenue_bundle"].is_null()
    rows = TAUGHT.filter(unknown)
    assert rows["revenue_bundle__sum"].to_list() == [0.0] * int(unknown.sum())
    assert rows["revenue_bundle__own"].null_count() == int(unknown.sum())
    assert TAUGHT["revenue_bundle__sum__in_country"].null_count() == int(unknown.sum())  # before anything is filled


def test_what_it_reads_and_what_codes_it_has():
    assert set(DESCRIBER.reads) == set(FRAME.columns) - {"row_id", "revenue_d7"}
    assert DESCRIBER.codes == ["bundle__code", "country__code", "country*bundle__code"]


def test_groups_can_be_switched_off():
    off = {group.name: False for group in ROW_GROUPS if group.name != "maps"}
    config = RowFeatures(leave_out=CONFIG.leave_out, kinds=CONFIG.kinds, groups=off)
    describer, features = RowDescriber.fit(FRAME, TARGETS, GROUPS, config)
    assert features.columns == [f"revenue_bundle__{name}" for name in ("sum", "mean", "max", "min", "spread", "count")]
    assert describer.reads == ["revenue_bundle", "datetime"]


def test_a_row_of_nothing_but_what_others_tell_of_it():
    off = {group.name: False for group in ROW_GROUPS if group.name != "target_means"}
    config = RowFeatures(leave_out=CONFIG.leave_out, groups=off)
    describer, features = RowDescriber.fit(FRAME, TARGETS, GROUPS, config)
    assert features.columns == ["bundle__buys_d7", "country__buys_d7", "bundle__log_d7", "country__log_d7"]
    assert describer.describe(LATER).shape == (LATER.height, 4)


def test_the_plain_registry():
    describer, features = RowDescriber.fit(FRAME, TARGETS, GROUPS, CONFIG.plain)
    assert features.columns == [
        *("hour__value", "weekday__value", "msrp__value"),
        *(f"revenue_bundle__{name}" for name in ("count", "sum", "mean", "max")),
        *(f"last_bundle__{name}" for name in ("count", "sum", "mean", "max")),
        *(f"country_hist__{name}" for name in ("count", "sum", "mean", "max")),
        *("bundles__length", "bundle__code", "country__code"),
    ]
    assert describer.codes == ["bundle__code", "country__code"]


def test_rows_without_moments():
    config = RowFeatures(time=None, leave_out=("row_id", "revenue_d7", "datetime"))
    describer, features = RowDescriber.fit(FRAME, TARGETS, GROUPS, config)
    assert not [name for name in features.columns if name.startswith("last_bundle")]
    assert same_bytes(describer.describe(FRAME.drop("datetime")), describer.describe(FRAME))


def test_nothing_to_learn_from():
    with pytest.raises(AisleError, match="there are no rows to learn from"):
        RowDescriber.fit(FRAME.clear(), {"d7": np.empty(0)}, np.empty(0), CONFIG)
    with pytest.raises(AisleError, match="no column of the table tells its 60 rows apart"):
        RowDescriber.fit(FRAME.select("datetime", "row_id"), TARGETS, GROUPS, CONFIG.__class__(leave_out=("row_id",)))
    with pytest.raises(ValueError, match="`groups` must have the frame's 60 rows, got 2"):
        RowDescriber.fit(FRAME, TARGETS, np.arange(2), CONFIG)
    with pytest.raises(AisleError, match="the taught rows are of 1 group"):
        RowDescriber.fit(FRAME, TARGETS, np.zeros(FRAME.height), CONFIG)


def test_fitting_again_gives_the_same():
    again, features = RowDescriber.fit(FRAME, TARGETS, GROUPS, CONFIG)
    assert same_bytes(features, TAUGHT)
    assert_frame_equal(again.columns, DESCRIBER.columns)
