"""Names of the configuration that are none are told in one line, with those that are near."""

from dataclasses import replace

import numpy as np
import pytest

from data.errors import AisleError
from features.local.settings import Beside, Local, TargetMeans
from features.rows.config import RowFeatures, named
from features.rows.describer import RowDescriber
from tests.features.rows.impressions import CONFIG, impressions

FRAME, TARGETS = impressions(rows=20)


def fit(**changes):
    return RowDescriber.fit(FRAME, TARGETS, np.arange(20), replace(CONFIG, **changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"time": "datetimes"}, "`time` names the column 'datetimes', which the table .*; did you mean `datetime`"),
        ({"own": {"bundles": "bundel"}}, "`own` names the column 'bundel', which the table .*; did you mean `bundle`"),
        ({"kinds": {"msrp": "map"}}, "`kinds.msrp` is map, which needs several values a row, .* holds Float64"),
        ({"kinds": {"bundles": "number"}}, "`kinds.bundles` is number, which needs one value a row"),
        ({"local": Local(beside=Beside(by=("contry",)))}, "`local.beside.by` names 'contry'.*; did you mean `country`"),
        (
            {"local": Local(beside=Beside(by=("country",), of=("msrp__valu",)))},
            "`local.beside.of` names 'msrp__valu'.*; did you mean `msrp__value`",
        ),
        (
            {"local": Local(target_means=TargetMeans(of=("country*bundel",)))},
            "`local.target_means.of` names 'bundel'.*; did you mean `bundle`",
        ),
        (
            {"local": Local(target_means=TargetMeans(horizons=("d14",)))},
            "`local.target_means.horizons` names 'd14'; the targets are d7, d28",
        ),
        (
            {"local": Local(interactions={"x": "msrp__value * revenue_bundle__summ"})},
            r"`local.interactions.x` names 'revenue_bundle__summ'.*; did you mean `revenue_bundle__sum`",
        ),
    ],
)
def test_in_one_line(changes, message):
    with pytest.raises(AisleError, match=message) as caught:
        fit(**changes)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"groups": {"own_keys": False}},
            "`groups` names 'own_keys'; the groups are numbers, .*; did you mean `own_key`",
        ),
        ({"kinds": {"x": "maps"}}, "`kinds.x` must be one of auto, map, .*, got 'maps'; did you mean `map`"),
        ({"registry": "all"}, "`registry` must be one of rows, plain, got 'all'"),
        ({"folds": 1}, "`folds` must be at least 2, got 1"),
    ],
)
def test_settings(changes, message):
    with pytest.raises(ValueError, match=message):
        RowFeatures(**changes)


def test_what_is_declared_may_lack():
    local = Local(
        beside=Beside(by=("country", "carrier"), of=("cpm__sum", "msrp__value"), fewest=4),
        target_means=TargetMeans(of=("carrier", "country*carrier")),
        interactions={"x": "cpm__sum / msrp__value"},
    )
    own = {"bundles": "carrier,bundle"}
    describer, features = fit(local=local, own=own, kinds={**CONFIG.kinds, "carrier": "category", "cpm": "map"})
    assert "x" not in features.columns
    assert "msrp__value__in_country" in features.columns
    assert "bundles__has_own" in features.columns
    lacking = describer.columns.filter(became="not in the table").select("name", "kind").rows()
    assert lacking == [("hour", "hour"), ("weekday", "weekday"), ("carrier", "category"), ("cpm", "map")][2:]


def test_others_are_left_out_where_only_declared_columns_are_wanted():
    describer, features = fit(others="leave_out", kinds={"msrp": "auto", "country": "category"}, own={}, local=Local())
    assert {name.partition("__")[0] for name in features.columns} == {"msrp", "country"}
    became = dict(describer.columns.select("name", "became").rows())
    assert became["bundles"] == "left out: nobody declared it"


def test_features_of_groups_that_are_off_are_no_fault():
    _, features = fit(groups={"maps": False})
    assert "each" not in features.columns
    assert "revenue_bundle__sum__in_country" not in features.columns


def test_patterns():
    assert named({"*_hist": 1, "country_*": 2, "*": 3}, "country_hist") == 2
    assert named({"*_hist": 1, "country_hist": 4}, "country_hist") == 4
    assert named({"*_hist": 1}, "country") is None
