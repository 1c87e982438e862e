"""The configuration of an in-app log's features, against the columns of its layout."""

import numpy as np
import polars as pl
import pytest

from features.rows.config import RowFeatures
from features.rows.describer import RowDescriber
from features.rows.registry import ROW_GROUPS
from pipeline.settings.building import build, merge
from pipeline.settings.document import read_document
from pipeline.settings.reading import Reader
from tests.conftest import ROOT
from tests.features.nested.told import maps_of

BUNDLE, CATEGORY, TAXON = "advertiser_bundle", "advertiser_category", "advertiser_bottom_taxonomy_level"
COLUMNS = {
    "category": [
        *(BUNDLE, CATEGORY, "advertiser_subcategory", TAXON, "carrier", "country", "region"),
        *("dev_make", "dev_model", "dev_os", "dev_osv"),
    ],
    "hour": ["hour"],
    "weekday": ["weekday"],
    "number": ["release_msrp", "avg_act_days", "weekend_ratio", "wifi_ratio", "weeks_since_first_seen"],
    "time": ["release_date", "last_buy", "first_request_ts", "last_ins", "last_advertiser_action"],
    "map": [
        *("iap_revenue_usd_bundle", "iap_revenue_usd_category", "iap_revenue_usd_category_bottom_taxonomy"),
        *("num_buys_bundle", "num_buys_category", "num_buys_category_bottom_taxonomy", "cpm", "cpm_pct_rk", "ctr"),
        *("ctr_pct_rk", "rev_by_adv", "rwd_prank", "whale_users_bundle_num_buys_prank", "hour_ratio"),
        *("whale_users_bundle_revenue_prank", "whale_users_bundle_total_num_buys", "whale_users_bundle_total_revenue"),
    ],
    "histogram": ["country_hist", "region_hist", "city_hist", "dev_osv_hist", "dev_language_hist"],
    "list": [
        *("bundles_ins", "new_bundles", "user_bundles", "user_bundles_l28d", "bcat", "bcat_bottom_taxonomy"),
        *("bundles_cat", "bundles_cat_bottom_taxonomy"),
    ],
    "pairs": [
        *("avg_daily_sessions", "avg_duration", "user_actions_bundles_action_count"),
        "advertiser_actions_action_count",
    ],
    "times": [
        *("first_request_ts_bundle", "first_request_ts_category_bottom_taxonomy", "last_buy_ts_bundle"),
        *("last_buy_ts_category", "last_install_ts_bundle", "last_install_ts_category"),
        *("user_actions_bundles_action_last_timestamp", "advertiser_actions_action_last_timestamp"),
    ],
}
AFTERWARDS = [
    *("row_id", "buyer_d1", "buyer_d7", "buyer_d14", "buyer_d28", "buy_d7", "buy_d14", "buy_d28", "iap_revenue_d7"),
    *("iap_revenue_d14", "iap_revenue_d28", "registration", "retention_d1_to_d7", "retention_d3_to_d7"),
    *("retention_d7_to_d14", "retention_d1", "retention_d3", "retentiond7"),
]
OWN = {
    **dict.fromkeys(("iap_revenue_usd_bundle", "num_buys_bundle", "last_buy_ts_bundle", "rev_by_adv"), (BUNDLE,)),
    **dict.fromkeys(("whale_users_bundle_revenue_prank", "bundles_ins", "user_bundles_l28d"), (BUNDLE,)),
    **dict.fromkeys(("avg_duration", "user_actions_bundles_action_count", "first_request_ts_bundle"), (BUNDLE,)),
    **dict.fromkeys(("iap_revenue_usd_category", "last_install_ts_category", "bcat", "bundles_cat"), (CATEGORY,)),
    **dict.fromkeys(("num_buys_category_bottom_taxonomy", "bundles_cat_bottom_taxonomy"), (TAXON,)),
    **{"country_hist": ("country",), "region_hist": ("region",), "dev_osv_hist": ("dev_osv",), "hour_ratio": ("hour",)},
    **dict.fromkeys(("city_hist", "dev_language_hist", "cpm", "ctr_pct_rk", "rwd_prank"), ()),
}


@pytest.fixture(scope="module")
def config():
    name = "configs/features/inapp.yaml"
    tree = Reader(RowFeatures, name).read(read_document((ROOT / name).read_text(), name))
    return build(RowFeatures, merge(RowFeatures, [((), tree)]))


def test_every_column_of_the_layout_has_its_kind(config):
    assert sum(map(len, COLUMNS.values())) + len(AFTERWARDS) + 1 == 84
    for kind, names in COLUMNS.items():
        assert {name: config.kind(name) for name in names} == dict.fromkeys(names, kind)
        assert not any(config.is_left_out(name) for name in names)
    assert all(config.is_left_out(name) for name in AFTERWARDS)


def test_the_rows_own_keys(config):
    assert {name: config.own_of(name) for name in OWN} == OWN


def test_every_group_is_named(config):
    assert list(config.groups) == [group.name for group in ROW_GROUPS]


def test_a_log_of_a_few_of_the_columns(config):
    rows = 12
    frame = pl.DataFrame(
        {
            "row_id": [str(place) for place in range(rows)],
            BUNDLE: ["a", "b", "c"] * 4,
            "country": ["DE", "FR"] * 6,
            "iap_revenue_usd_bundle": maps_of(*[{"a": 1.0 + place, "b": 2.0} for place in range(rows)]),
            "num_buys_bundle": maps_of(*[{"a": 1 + place, "b": 1} for place in range(rows)], value=pl.Int32),
            "iap_revenue_d7": [0.0, 1.0] * 6,
            "new_column": range(rows),
            "datetime": ["2025-10-01-15-00"] * rows,
        }
    )
    target = frame["iap_revenue_d7"].to_numpy()
    describer, features = RowDescriber.fit(frame, {"d7": target}, np.arange(rows), config)
    names = ("iap_revenue_usd_bundle__own", "revenue_a_buy", "own_revenue_a_buy", f"{BUNDLE}__buys_d7")
    assert set(names) <= set(features.columns)
    became = dict(describer.columns.select("name", "became").rows())
    assert became["new_column"] == "left out: nobody declared it"
    assert became["iap_revenue_d7"] == became["row_id"] == "left out: configured"
    assert became["carrier"] == "not in the table"
