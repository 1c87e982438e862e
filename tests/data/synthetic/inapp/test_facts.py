"""The generated log has the facts of a real one, and what decides about money can be seen in its columns."""

import numpy as np
import polars as pl
import pytest

from data.synthetic.inapp import InAppLog, write_inapp

FLAT = [
    "advertiser_bundle",
    "advertiser_category",
    "advertiser_subcategory",
    "advertiser_bottom_taxonomy_level",
    "carrier",
    "country",
    "region",
    "dev_make",
    "dev_model",
    "dev_os",
    "dev_osv",
    "hour",
    "weekday",
    "release_date",
    "release_msrp",
    "avg_act_days",
    "weekend_ratio",
    "wifi_ratio",
    "weeks_since_first_seen",
]
LABELS = [
    "buyer_d1",
    "buyer_d7",
    "buyer_d14",
    "buyer_d28",
    "buy_d7",
    "buy_d14",
    "buy_d28",
    "iap_revenue_d7",
    "iap_revenue_d14",
    "iap_revenue_d28",
    "registration",
    "retention_d1_to_d7",
    "retention_d3_to_d7",
    "retention_d7_to_d14",
    "retention_d1",
    "retention_d3",
    "retentiond7",
]
MONEY_MAPS = [
    "iap_revenue_usd_bundle",
    "iap_revenue_usd_category",
    "iap_revenue_usd_category_bottom_taxonomy",
    "num_buys_bundle",
    "num_buys_category",
    "num_buys_category_bottom_taxonomy",
    "rev_by_adv",
    "whale_users_bundle_num_buys_prank",
    "whale_users_bundle_revenue_prank",
    "whale_users_bundle_total_num_buys",
    "whale_users_bundle_total_revenue",
]
OTHER_MAPS = [
    "cpm",
    "cpm_pct_rk",
    "ctr",
    "ctr_pct_rk",
    "rwd_prank",
    "hour_ratio",
    "country_hist",
    "region_hist",
    "city_hist",
    "dev_osv_hist",
    "dev_language_hist",
]
LISTS = [
    "bundles_ins",
    "new_bundles",
    "user_bundles",
    "user_bundles_l28d",
    "bcat",
    "bcat_bottom_taxonomy",
    "bundles_cat",
    "bundles_cat_bottom_taxonomy",
]
PAIRS = [
    "avg_daily_sessions",
    "avg_duration",
    "user_actions_bundles_action_count",
    "advertiser_actions_action_count",
    "user_actions_bundles_action_last_timestamp",
]
TIME_MAPS = [
    "first_request_ts_bundle",
    "first_request_ts_category_bottom_taxonomy",
    "last_buy_ts_bundle",
    "last_buy_ts_category",
    "last_install_ts_bundle",
    "last_install_ts_category",
    "advertiser_actions_action_last_timestamp",
]
TIMES = ["last_buy", "first_request_ts", "last_ins", "last_advertiser_action"]
MICROSECONDS = pl.Datetime("us")


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    folder = tmp_path_factory.mktemp("facts") / "log"
    write_inapp(InAppLog(rows=120_000, hours=36, test_rows=1_000, seed=3), folder)
    return folder


@pytest.fixture(scope="module")
def rows(log):
    when = pl.col("datetime").str.to_datetime("%Y-%m-%d-%H-%M")
    read = pl.scan_parquet(log / "train", hive_partitioning=True, hive_schema={"datetime": pl.String})
    return read.with_columns(when).collect()


def test_the_84_columns_have_their_kinds(rows):
    kinds = rows.schema
    for name in LISTS:
        assert kinds[name] == pl.List(pl.String), name
    for name in MONEY_MAPS + OTHER_MAPS:
        assert kinds[name] in (pl.Map(pl.String, pl.Float64), pl.Map(pl.String, pl.Int32)), name
    for name in TIME_MAPS:
        assert kinds[name] == pl.Map(pl.String, MICROSECONDS), name
    for name in TIMES:
        assert kinds[name] == MICROSECONDS, name
    for name in PAIRS:
        fields = kinds[name].inner.fields
        assert (len(fields), fields[0].dtype) == (2, pl.String), name
    all_of_them = {"row_id", "datetime", *FLAT, *LABELS, *MONEY_MAPS, *OTHER_MAPS, *LISTS, *PAIRS, *TIME_MAPS, *TIMES}
    assert set(kinds) == all_of_them
    assert len(all_of_them) == 84


def test_few_buy_and_a_few_of_them_hold_the_money(rows):
    revenue = rows["iap_revenue_d7"].to_numpy()
    spent = np.sort(revenue[revenue > 0])[::-1]
    assert 0.03 < len(spent) / len(revenue) < 0.04
    assert 0.3 < revenue.mean() < 0.5
    assert 0.6 < spent[: len(spent) // 10].sum() / spent.sum() < 0.7
    assert np.quantile(spent, 0.99) == pytest.approx(254, rel=0.2)
    shares = [rows[f"buyer_d{day}"].mean() for day in (1, 7, 14, 28)]
    assert shares == sorted(set(shares))


def test_labels_agree_and_rise_with_the_horizon(rows):
    for earlier, later in ((7, 14), (14, 28)):
        assert (rows[f"iap_revenue_d{earlier}"] <= rows[f"iap_revenue_d{later}"]).all()
        assert (rows[f"buy_d{earlier}"] <= rows[f"buy_d{later}"]).all()
        assert rows[f"iap_revenue_d{earlier}"].sum() < 0.8 * rows[f"iap_revenue_d{later}"].sum()
    assert (rows["buyer_d1"] <= rows["buyer_d7"]).all()
    for day in (7, 14, 28):
        assert ((rows[f"iap_revenue_d{day}"] > 0) == (rows[f"buyer_d{day}"] == 1)).all()
        assert ((rows[f"buy_d{day}"] > 0) == (rows[f"buyer_d{day}"] == 1)).all()


def test_money_is_mostly_unknown(rows):
    for name in MONEY_MAPS:
        assert 0.9 < rows[name].null_count() / rows.height < 1, name


def test_nothing_happened_after_the_rows_hour(rows):
    for name in TIMES:
        assert (rows[name] <= rows["datetime"]).all(), name
    for name in TIME_MAPS:
        assert rows.select((pl.col(name).map.values().list.max() <= pl.col("datetime")).all()).item(), name


def test_the_maps_of_one_row_agree(rows):
    row = rows.filter(pl.col("iap_revenue_usd_bundle").map.len() > 2).row(0, named=True)
    for one in ("num_buys_bundle", "last_buy_ts_bundle"):
        assert row[one].keys() == row["iap_revenue_usd_bundle"].keys()
    total = sum(row["iap_revenue_usd_bundle"].values())
    assert sum(row["iap_revenue_usd_category"].values()) == pytest.approx(total)
    assert max(row["last_buy_ts_bundle"].values()) == row["last_buy"]


def spearman_of_buyers(rows, feature):
    """Rank correlation of a feature with what buyers spend."""
    both = rows.select(pl.col("iap_revenue_d7"), feature=feature).filter(pl.col("iap_revenue_d7") > 0).drop_nulls()
    return both.select(pl.corr("feature", "iap_revenue_d7", method="spearman")).item()


def share_of_buyers(rows, which):
    return rows.filter(which)["buyer_d7"].mean()


def test_money_follows_what_can_be_seen(rows):
    spent = pl.col("iap_revenue_usd_bundle").map.values().list.sum()
    bought = pl.col("num_buys_bundle").map.values().list.sum()
    own = pl.col("iap_revenue_usd_bundle").map.get(pl.col("advertiser_bundle"))
    days = (pl.col("datetime") - pl.col("last_buy")).dt.total_seconds() / 86_400
    usual = rows["buyer_d7"].mean()
    assert share_of_buyers(rows, spent > 0) > 4 * usual
    assert share_of_buyers(rows, own > 0) > 2 * share_of_buyers(rows, spent > 0)
    assert share_of_buyers(rows, days < 3) > 1.5 * share_of_buyers(rows, days > 20)
    assert share_of_buyers(rows, pl.col("country") == "US") > 2 * share_of_buyers(rows, pl.col("country") == "IN")
    assert spearman_of_buyers(rows, spent / bought) > 0.4
    assert spearman_of_buyers(rows, pl.col("cpm_pct_rk").map.values().list.mean()) > 0.1


def test_the_truth_is_a_ceiling_beside_the_labels(log):
    test, labels, truth = (
        pl.read_parquet(log / "test"),
        pl.read_parquet(log / "labels.parquet"),
        pl.read_parquet(log / "truth.parquet"),
    )
    assert test["row_id"].to_list() == labels["row_id"].to_list() == truth["row_id"].to_list()
    assert test["row_id"].n_unique() == 1_000
    assert labels.columns == ["row_id", *LABELS]
    assert not set(LABELS) & set(test.columns)
    assert truth.columns == ["row_id", "chance_d7", "mean_d7"]
    assert truth["chance_d7"].sum() == pytest.approx(labels["buyer_d7"].sum(), abs=3 * 1_000**0.5 * 0.19)
