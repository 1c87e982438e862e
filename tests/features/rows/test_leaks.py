"""Nothing that comes later, and no label of a row's own fold, moves a feature."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from features.rows.describer import RowDescriber
from tests.features.rows.impressions import CONFIG, impressions

FRAME, TARGETS = impressions()
GROUPS = np.arange(FRAME.height) // 2
THIRDS = GROUPS % 3
FOLDS = [(np.flatnonzero(THIRDS - fold), np.flatnonzero(np.isin(THIRDS, fold))) for fold in range(3)]
LATER, _ = impressions(rows=30, seed=9, start=500)


def fit(targets, folds=FOLDS, groups=GROUPS, config=CONFIG):
    return RowDescriber.fit(FRAME, targets, groups, config, folds)


def test_later_rows_move_no_feature_of_earlier_ones():
    describer, _ = fit(TARGETS)
    alone = describer.describe(FRAME)
    assert_frame_equal(describer.describe(pl.concat([FRAME, LATER]))[: FRAME.height], alone, check_exact=True)


def test_labels_of_a_rows_own_fold_move_none_of_its_features():
    _, before = fit(TARGETS)
    for _, judged in FOLDS:
        changed = TARGETS["d7"].copy()
        changed[judged] = 1e6 - changed[judged]
        _, after = fit({"d7": changed, "d28": changed})
        assert_frame_equal(after[judged], before[judged], check_exact=True)
        others = np.setdiff1d(np.arange(FRAME.height), judged)
        assert not after[others].equals(before[others])  # which are told by them


def test_without_folds_groups_are_kept_together():
    _, before = fit(TARGETS, folds=None)
    for group in (0, 7, 29):
        own = np.isin(GROUPS, group)
        changed = np.where(own, 1e6, TARGETS["d7"])
        _, after = fit({"d7": changed}, folds=None)
        assert_frame_equal(after.filter(own), before.filter(own), check_exact=True)


def test_what_was_not_named_is_read_of_no_target():
    _, before = fit(TARGETS)
    _, after = fit({"d7": TARGETS["d7"], "d28": np.full(FRAME.height, 7.0)})
    assert_frame_equal(after, before, check_exact=True)


def test_target_means_by_hand():
    """Two folds: a row's country is told by the other fold's rows of it."""
    frame = pl.DataFrame({"land": ["a", "a", "b", "b"], "x": [1, 2, 3, 4]})
    config = CONFIG.__class__(
        time=None,
        groups={"frequencies": False, "level_codes": False},
        local=CONFIG.local.__class__(
            target_means=CONFIG.local.target_means.__class__(statistics=("money",), prior_rows=1)
        ),
    )
    folds = [(np.array([0, 2]), np.array([1, 3])), (np.array([1, 3]), np.array([0, 2]))]
    describer, taught = RowDescriber.fit(frame, {"d7": np.array([1.0, 2.0, 5.0, 8.0])}, np.arange(4), config, folds)
    # of rows 0 and 2 the mean is 3: a is (1 + 3) / 2, b (5 + 3) / 2; of rows 1 and 3 it is 5
    assert taught["land__money_d7"].to_list() == [3.5, 2.0, 6.5, 4.0]
    # of all it is 4: a is (1 + 2 + 4) / 3, b (5 + 8 + 4) / 3
    told = describer.describe(pl.DataFrame({"land": ["a", "b", "z"], "x": [1, 1, 1]}))["land__money_d7"]
    assert told.to_list() == pytest.approx([7 / 3, 17 / 3, 4.0])


def test_rows_that_no_fold_judges_are_told_nothing():
    _, features = fit(TARGETS, folds=FOLDS[:1])
    judged = FOLDS[0][1]
    told = features["country__buys_d7"]
    assert told.null_count() == FRAME.height - len(judged)
    assert told[judged].null_count() == 0


def test_a_later_time_in_a_field_is_as_if_it_were_not_there():
    describer, _ = fit(TARGETS)
    moment = pl.col("datetime").str.to_datetime("%Y-%m-%d-%H-%M")
    later = LATER.with_columns(
        last_bundle=pl.concat_list(pl.struct(key=pl.lit("a"), value=moment + pl.duration(milliseconds=1)))
    )
    none = LATER.with_columns(last_bundle=pl.lit([], dtype=pl.List(pl.Struct({"key": pl.String, "value": pl.Int64}))))
    assert_frame_equal(describer.describe(later), describer.describe(none), check_exact=True)
