"""The synthetic shop has the published shape, repeats itself exactly, and carries the signals it promises."""

import hashlib
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data.synthetic import SyntheticShop, shop_catalogue, shop_events, shop_tastes, write_shop
from data.synthetic.shop import OPENING
from data.synthetic.words import MAX_BRANDS, MAX_CATEGORIES, brand_name, category_name

SHOP = SyntheticShop(sessions=100_000)
SMALL = SyntheticShop(sessions=2_500, seed=3)

COLUMNS = {
    "session": pl.Int64,
    "user": pl.String,
    "item": pl.Int64,
    "ts": pl.Datetime("ms", "UTC"),
    "type": pl.String,
    "price": pl.Float64,
    "quantity": pl.Float64,
    "category": pl.String,
    "brand": pl.String,
    "text": pl.String,
}


def read_log(shop: SyntheticShop, block: int = 10_000) -> pl.DataFrame:
    return pl.concat(list(shop_events(shop, block)))


@pytest.fixture(scope="module")
def log() -> pl.DataFrame:
    """The large shop, with how often (session, item) was clicked and carted before and at each event."""
    seen = pl.col("type")
    return (
        read_log(SHOP)
        .drop("user", "brand", "text")
        .with_columns(
            clicked=(seen == "clicks").cum_sum().over("session", "item"),
            carted=(seen == "carts").cum_sum().over("session", "item"),
        )
    )


@pytest.fixture(scope="module")
def catalogue() -> pl.DataFrame:
    return shop_catalogue(SHOP)


# --- shape


def test_events_per_session_are_as_published(log):
    events = log.group_by("session").len()["len"]
    assert len(events) == SHOP.sessions
    assert events.mean() == pytest.approx(16.8, rel=0.1)
    assert events.std() == pytest.approx(33.58, rel=0.1)
    for share, published in ((0.5, 6), (0.75, 15), (0.9, 39), (0.95, 68)):
        assert events.quantile(share) == pytest.approx(published, rel=0.1)
    assert events.min() == 2
    assert 400 < events.max() <= 500


def test_types_are_as_published(log):
    other_seed = pl.concat(frame.select("type") for frame in shop_events(SyntheticShop(sessions=20_000, seed=11)))
    for types in (log["type"], other_seed["type"]):
        assert_published(dict(types.value_counts(normalize=True).iter_rows()))


def assert_published(share: dict[str, float]) -> None:
    assert set(share) == {"clicks", "carts", "orders"}
    assert share["clicks"] == pytest.approx(0.8985, rel=0.1)
    assert share["carts"] == pytest.approx(0.0780, rel=0.1)
    assert share["orders"] == pytest.approx(0.0235, rel=0.1)


def test_popularity_is_long_tailed(log):
    events = log.group_by("item").len()["len"].sort(descending=True)
    assert events.median() < 0.5 * events.mean()
    assert events.quantile(0.95) > 3 * events.mean()
    assert events[0] < 0.02 * log.height


def test_columns_are_those_of_a_raw_log():
    frame = read_log(SMALL)
    assert dict(frame.schema) == COLUMNS
    assert frame.null_count().row(0) == (0,) * len(COLUMNS)
    assert frame["user"][0] == "u000000"
    assert frame.select("session", "user").n_unique() == frame["user"].n_unique() == SMALL.sessions


def test_keys_tell_nothing_about_popularity_or_age(log, catalogue):
    items = log.group_by("item").len().join(catalogue, on="item")
    rank_correlation = items.select(pl.corr("item", "len", method="spearman")).item()
    assert abs(rank_correlation) < 0.05
    assert abs(items.select(pl.corr("item", "first_day", method="spearman")).item()) < 0.05


def test_sessions_come_in_the_order_of_their_start(log):
    starts = log.group_by("session", maintain_order=True).agg(pl.col("ts").first())
    assert starts["session"].to_list() == list(range(SHOP.sessions))
    assert (starts["ts"].diff() >= timedelta()).mean() > 0.99


@settings(max_examples=30, deadline=None)
@given(
    sessions=st.integers(1, 60),
    items=st.integers(50, 300),
    days=st.integers(7, 40),
    seed=st.integers(0, 2**40),
    new_items=st.floats(0.0, 0.9),
)
def test_every_shop_keeps_the_rules(sessions, items, days, seed, new_items):
    shop = SyntheticShop(sessions=sessions, items=items, days=days, seed=seed, new_items=new_items)
    frame = read_log(shop).join(shop_catalogue(shop).select("item", "first_day", "cluster"), on="item", how="left")
    assert frame["cluster"].null_count() == 0
    assert frame["session"].unique().sort().to_list() == list(range(sessions))
    assert frame.group_by("session").len()["len"].is_between(2, 500).all()
    assert frame["ts"].is_between(OPENING, OPENING + timedelta(days=days), closed="left").all()
    assert frame.select("session", "ts").equals(frame.select("session", "ts").sort("session", "ts"))
    assert ((frame["ts"] - OPENING).dt.total_days() >= frame["first_day"]).all()
    assert (frame["price"] > 0).all()
    assert (frame["quantity"] >= 1).all()


# --- sameness


def test_same_seed_same_log_and_another_seed_another():
    assert_frame_equal(read_log(SMALL), read_log(SMALL))
    other = read_log(SyntheticShop(sessions=2_500, seed=4))
    assert not read_log(SMALL).equals(other)


@pytest.mark.parametrize("block", [1_000, 700, 2_500, 1])
def test_a_session_does_not_depend_on_the_block(block):
    frames = list(shop_events(SMALL, block))
    assert [frame["session"].n_unique() for frame in frames[:-1]] == [block] * (len(frames) - 1)
    assert_frame_equal(pl.concat(frames), read_log(SMALL))


def test_the_file_holds_the_stream(tmp_path):
    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    shop = SyntheticShop(sessions=50_100, items=500)
    events = write_shop(shop, first)
    assert write_shop(shop, second) == events
    assert first.read_bytes() == second.read_bytes()
    assert pq.ParquetFile(first).num_row_groups == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.parquet", "second.parquet"]
    frame = pl.read_parquet(first)
    assert frame.height == events
    assert_frame_equal(frame, read_log(shop))


def test_compiled_and_plain_python_agree():
    shop = "SyntheticShop(sessions=40, items=60, seed=5)"
    program = f"""
import hashlib
from data.synthetic import SyntheticShop, shop_events
print(hashlib.sha256(next(shop_events({shop})).write_csv().encode()).hexdigest())
"""
    plain = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    compiled = next(shop_events(SyntheticShop(sessions=40, items=60, seed=5)))
    assert plain.stdout.strip() == hashlib.sha256(compiled.write_csv().encode()).hexdigest()


# --- behaviour


def test_night_is_quiet_and_sunday_busy(log):
    hour = log["ts"].dt.hour()
    assert hour.is_between(2, 4).sum() < 0.1 * hour.is_between(19, 21).sum()
    weekday = dict(log["ts"].dt.weekday().value_counts().iter_rows())
    assert weekday[7] > 1.1 * np.mean([weekday[day] for day in (1, 2, 3, 4, 5)])


def test_visitors_return_on_other_days(log):
    days = log.group_by("session").agg(events=pl.len(), days=pl.col("ts").dt.date().n_unique())
    assert 0.2 < (days["days"] > 1).mean() < 0.7
    assert days.filter(pl.col("events") > 39)["days"].mean() > 3


def test_many_clicks_are_repeats(log):
    clicks = log.filter(type="clicks")
    assert 0.3 < (clicks["clicked"] > 1).mean() < 0.5


def test_carts_mostly_follow_repeated_clicks(log):
    before = log.filter(type="carts")["clicked"]
    assert 0.9 < (before > 0).mean() < 1.0
    assert (before > 1).mean() > 0.5


def test_orders_mostly_follow_carts_but_for_carts_from_before(log):
    assert 0.8 < (log.filter(type="orders")["carted"] > 0).mean() < 0.95


def test_orders_made_together_share_their_time(log):
    orders = log.with_columns(before=pl.col("type").shift(1).over("session"), gap=pl.col("ts").diff().over("session"))
    together = orders.filter(type="orders", before="orders")
    assert together.height > 1_000
    assert together["gap"].eq(timedelta()).all()


def test_new_items_appear_and_are_noticed(log, catalogue):
    first = log.group_by("item").agg(first=(pl.col("ts").min() - OPENING).dt.total_days())
    born = catalogue.join(first, on="item")
    assert (born["first"] >= born["first_day"]).all()
    new = born.filter(pl.col("first_day") > 0)
    assert 0.2 < new.height / born.height < 0.3
    assert new.filter(pl.col("first_day") <= 20).select((pl.col("first") - pl.col("first_day")).median()).item() <= 2


def test_popularity_drifts(log):
    week = (pl.col("ts") - OPENING).dt.total_days() // 7
    counts = log.group_by("item", week=week).len().pivot("week", index="item", values="len").fill_null(0)
    next_week = counts.select(pl.corr("0", "1", method="spearman")).item()
    last_week = counts.select(pl.corr("0", "3", method="spearman")).item()
    assert last_week < next_week - 0.05 < 0.95


def test_prices_are_skewed_and_discounts_sell(log, catalogue):
    assert catalogue["price"].skew() > 1
    paid = log.join(catalogue.select("item", listed="price"), on="item", how="left")
    off = 1 - paid["price"] / paid["listed"]
    assert off.is_between(-0.01, 0.41).all()
    is_cart = paid["type"] == "carts"
    assert is_cart.filter(off > 0.15).mean() > 1.2 * is_cart.filter(off < 0.01).mean()


def test_quantities_above_one_are_rare_and_ordered(log):
    several = log.filter(pl.col("quantity") > 1)
    assert several["type"].unique().to_list() == ["orders"]
    assert 0.05 < several.height / log.filter(type="orders").height < 0.3


def test_items_convert_each_in_their_own_measure(log, catalogue):
    rate = (pl.col("type") == "carts").sum() / (pl.col("type") == "clicks").sum()
    items = (
        log.group_by("item").agg(rate=rate, events=pl.len()).filter(pl.col("events") > 300).join(catalogue, on="item")
    )
    assert items["rate"].quantile(0.9) > 2 * items["rate"].quantile(0.1)
    assert items.select(pl.corr("rate", "pull", method="spearman")).item() > 0.6


# --- structure


@pytest.fixture(scope="module")
def pairs(log, catalogue) -> pl.DataFrame:
    """For each click of another item within a day what it has in common with the event before."""
    known = log.join(catalogue.select("item", "cluster", "kin"), on="item", how="left", maintain_order="left")
    before = pl.col("item", "cluster", "kin", "type", "category").shift(1).over("session").name.suffix("_before")
    fresh = (pl.col("item") != pl.col("item_before")) & (pl.col("ts").diff().over("session") < timedelta(days=1))
    return known.with_columns(before).filter(fresh & (pl.col("type") == "clicks"))


def test_co_clicked_items_share_cluster_and_kin(pairs):
    shuffled = pairs["cluster"].sample(fraction=1.0, shuffle=True, seed=1)
    by_chance = (shuffled == pairs["cluster_before"]).mean()
    assert (pairs["cluster"] == pairs["cluster_before"]).mean() > 10 * by_chance
    assert (pairs["kin"] == pairs["kin_before"]).mean() > 0.1


def test_a_cart_calls_for_its_complement(pairs):
    use, use_before = (pl.col(name).str.split(" ").list.first() for name in ("category", "category_before"))
    partner = pairs.select(
        "type_before", is_partner=(use == use_before) & (pl.col("category") != pl.col("category_before"))
    )
    after = dict(partner.group_by("type_before").agg(pl.col("is_partner").mean()).iter_rows())
    assert after["carts"] > 1.5 * after["clicks"]


def test_texts_of_kin_are_alike(catalogue):
    def shared_words(pairs: pl.DataFrame) -> float:
        words = pl.col("text").str.split(" ")
        other = pl.col("text_other").str.split(" ")
        return pairs.select(words.list.set_intersection(other).list.len().mean()).item()

    ordered = catalogue.sort("kin", "item").with_columns(pl.col("kin", "text").shift(-1).name.suffix("_other"))
    kin = ordered.filter(pl.col("kin") == pl.col("kin_other"))
    strangers = catalogue.with_columns(text_other=pl.col("text").shuffle(seed=1))
    assert shared_words(kin) > 4.5
    assert shared_words(strangers) < 0.6


def test_names_are_distinct():
    assert len({category_name(number) for number in range(MAX_CATEGORIES)}) == MAX_CATEGORIES
    assert len({brand_name(number) for number in range(MAX_BRANDS)}) > 0.98 * MAX_BRANDS
    assert (category_name(0), category_name(1), brand_name(0)) == ("running shoes", "running socks", "Norvik")


def test_co_visitation_proposes_what_revisits_and_popularity_do_not():
    log = read_log(SyntheticShop(sessions=30_000)).select("session", "item", "ts", "type")
    cut = OPENING + timedelta(days=21)
    start, place = pl.col("ts").min().over("session"), pl.int_range(pl.len()).over("session")
    history = log.filter(start < cut, pl.col("ts") < cut, place < 40)
    later = log.filter(start >= cut).with_columns(is_seen=place < pl.len().over("session") / 2)
    target = later.filter(~pl.col("is_seen"), type="clicks").group_by("session").agg(pl.col("item").first())
    seen = later.filter("is_seen").unique(["session", "item"], keep="last", maintain_order=True)
    back = pl.int_range(pl.len(), 0, -1).over("session")
    revisits = seen.select("session", "item", score=1_000.0 - back)
    popular = history.group_by("item").len().top_k(20, by="len").select("item", score=-1.0 / pl.col("len"))
    fill = target.select("session").join(popular, how="cross")
    covisits = (
        seen.with_columns(weight=0.75**back)
        .filter(back <= 10)
        .join(co_visited(history), on="item")
        .group_by("session", item="item_next")
        .agg(score=(pl.col("weight") * pl.col("len")).sum() / 1e6)
    )
    without = recall(target, revisits, fill)
    assert 0.3 < without < 0.5
    assert recall(target, revisits, fill, covisits) > without + 0.08


def co_visited(history: pl.DataFrame) -> pl.DataFrame:
    """Return for each item the 30 that were most often seen in the same session within a day of it."""
    visits = history.unique(["session", "item"], keep="last")
    pairs = visits.join(visits, on="session", suffix="_next").filter(
        pl.col("item") != pl.col("item_next"), (pl.col("ts") - pl.col("ts_next")).abs() < timedelta(days=1)
    )
    counts = pairs.group_by("item", "item_next").len()
    return counts.sort("len", "item_next", descending=True).group_by("item").head(30)


def recall(target: pl.DataFrame, *sources: pl.DataFrame) -> float:
    best = pl.concat([source.select("session", "item", "score") for source in sources])
    best = best.group_by("session", "item").agg(pl.col("score").max())
    top = best.sort("score", "item", descending=True).group_by("session").head(20)
    return target.join(top, on=["session", "item"], how="semi").height / target.height


# --- configuration


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"sessions": 0}, "`sessions` must be at least 1, got 0."),
        ({"sessions": 10**9}, "`sessions` must be at most 100000000, got 1000000000."),
        ({"items": 49}, "`items` must be at least 50, got 49."),
        ({"days": 6}, "`days` must be at least 7, got 6."),
        ({"new_items": 1.0}, "`new_items` must be at most 0.9, got 1.0."),
        ({"wandering": -0.1}, "`wandering` must be at least 0.0, got -0.1."),
        ({"seed": -1}, "`seed` must not be negative, got -1."),
    ],
)
def test_wrong_settings_are_named(wrong, message):
    with pytest.raises(ValueError, match="must") as error:
        SyntheticShop(**wrong)
    assert str(error.value) == message


def test_a_wrong_block_is_refused_at_once():
    with pytest.raises(ValueError, match="`block` must be at least 1, got 0"):
        shop_events(SMALL, block=0)


def test_the_catalogue_grows_with_the_sessions():
    assert SyntheticShop(sessions=100).catalogue_size == 500
    assert SyntheticShop(sessions=20_000).catalogue_size == 2_000
    assert shop_catalogue(SyntheticShop(sessions=100, items=123)).height == 123


def test_tastes_are_what_visitors_click():
    """Of all clicks three in five and more are on a taste's cluster, and the first taste's are most."""
    tastes = shop_tastes(SMALL)
    assert tastes.select("session", "cluster").is_unique().all()
    assert tastes["session"].unique().to_list() == list(range(SMALL.sessions))
    shares = tastes.group_by("session").agg(pl.col("share").sum())["share"]
    assert np.allclose(shares, 1)
    log = read_log(SMALL).filter(pl.col("type") == "clicks")
    clusters = shop_catalogue(SMALL).select("item", "cluster")
    found = log.join(clusters, on="item").join(tastes, on=["session", "cluster"], how="left")
    assert found["share"].is_not_null().mean() > 0.6
    by_share = found.drop_nulls("share").group_by("share").len().sort("len")
    assert by_share["share"][-1] == pytest.approx(0.6)
