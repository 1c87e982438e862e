"""Values of a log whose orders go back: one session alone and the batch say the same bits, and rankings stay."""

from datetime import timedelta

import polars as pl
import pytest

from data.synthetic import SyntheticShop, shop_events
from pipeline import value
from serving.recommender import Recommender
from tests.e2e.served import asked_in, exact, in_a_run, in_order
from tests.e2e.test_serving import TINY, VALUE
from tests.oracle.frames import shuffled

COLUMNS = (
    "{session: session, user: user, item: item, ts: ts, type: type, price: price, quantity: quantity, "
    "category: category, brand: brand, text: text}"
)


@pytest.fixture(scope="module")
def log():
    """The shop's log, prices lacking here and there, and visits that go on; its orders go back soon or late."""
    number = pl.int_range(pl.len())
    shop = pl.concat(shop_events(SyntheticShop(sessions=600, items=150)))
    rows = shop.with_columns(pl.col("session", "type").cast(pl.String)).select(
        *("session", "item", "ts", "type", "category", "brand", "text"),
        user=pl.when(pl.col("session").cast(pl.Int64) % 7 > 0).then(
            pl.format("u{}", pl.col("session").cast(pl.Int64) % 90)
        ),
        price=pl.when((pl.col("session").cast(pl.Int64) + number % 2) % 5 > 0).then("price"),
        quantity=pl.when(pl.col("type") == "orders").then(number % 3 + 1.0),
    )
    orders = rows.filter(type="orders").with_row_index("n")
    pause = pl.when(pl.col("n") % 2 == 0).then(timedelta(seconds=1)).otherwise(pl.lit(timedelta(hours=7)))
    back = orders.filter(pl.col("n") % 4 > 0).with_columns(
        type=pl.lit("back"), ts=pl.col("ts") + pause, quantity=pl.when(pl.col("n") % 2 > 0).then(1.0), price=None
    )
    last = rows.group_by("session").agg(pl.all().sort_by("ts").last())
    again = last.select(rows.columns).with_columns(pl.col("ts") + timedelta(minutes=5), type=pl.lit("clicks"))
    return pl.concat([rows, back.select(rows.columns), again.sort("session")]).sort("ts", maintain_order=True)


@pytest.fixture(scope="module")
def folder(log, tmp_path_factory):
    made = tmp_path_factory.mktemp("refunds")
    log.write_parquet(made / "log.parquet")
    flags = ("--train", str(made / "log.parquet"), "--input.format.columns", COLUMNS, "--workdir", str(made / "work"))
    in_a_run(lambda: value.main([*TINY, *flags, *VALUE, "--input.format.events", "{back: refund}"]))
    return made / "work"


def visible(log, asked):
    """Each session's first events, as many as are asked about, and all that has gone back of them so far or later."""
    rows = log.with_row_index("row")
    place = pl.int_range(pl.len()).over("session", order_by=["ts", "row"])
    events = rows.filter(pl.col("type") != "back").with_columns(place=place)
    refunds = rows.filter(type="back").with_columns(place=pl.lit(-1, pl.Int64))
    seen = pl.concat([events, refunds]).join(asked, on="session", how="inner")
    return seen.filter(pl.col("place") < pl.col("events")).sort("row").drop("row", "place", "events")


@pytest.mark.parametrize("cut", ["all", "first2"])
def test_values(folder, log, cut):
    table = pl.read_parquet(folder / "values.parquet").filter(pl.col("cut") == cut)
    so_far = table["so_far"]
    table = table.drop("cut_ts", "so_far").select("cut", "session", "events", pl.exclude("cut", "session", "events"))
    recommender = Recommender.load(folder)
    asked = asked_in(table)
    of_length = [
        visible(log, asked.filter(events=n)).with_columns(session=pl.format("{}@{}", "session", pl.lit(n)))
        for n in asked["events"].unique().sort()
    ]
    events = pl.concat(of_length)
    told = table.with_columns(session=pl.format("{}@{}", "session", "events"))
    found = recommender.value(shuffled(events, "session")).filter(pl.col("cut") == cut)
    exact(in_order(found), in_order(told))
    assert (so_far > 0).any()
    for row in told.sample(8, seed=1).iter_rows(named=True):
        alone = recommender.value(events.filter(session=row["session"])).filter(pl.col("cut") == cut)
        exact(alone, told.filter(session=row["session"]))


def test_some_of_it_had_gone_back_before_it_was_asked(folder, log):
    rows = pl.read_parquet(folder / "value" / "all" / "described" / "000" / "test.parquet")
    went = rows.filter(pl.col("so_far") > pl.col("target") + 1e-6)
    assert went.height > 3  # went back after the question
    bought = rows.filter((pl.col("session_funnel__bought_items") > 0) & (pl.col("value_so_far__pieces") == 0))
    assert bought.height > 3  # and before it
    worth = folder / "value" / "closed" / "reclosed" / "000.parquet"
    assert pl.read_parquet(worth).filter(pl.col("sign") > 0).height > 50
