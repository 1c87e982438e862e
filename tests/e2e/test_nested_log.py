"""A Google Analytics export, whose rows hold lists, and Instacart's tables without a time, through shipped settings."""

import json
import random

import polars as pl
import pytest

from pipeline import prepare
from serving.recommender import Recommender
from tests.e2e.conftest import SMALL_MODELS, metrics_of, run_in
from tests.e2e.served import asked_in, exact, in_a_run, in_order

GA4, INSTACART = "configs/formats/ga4.yaml", "configs/formats/instacart.yaml"
EVENT_NAMES = {"clicks": "view_item", "carts": "add_to_cart", "orders": "purchase"}


def param(key, kind, value):
    """A parameter as BigQuery exports it: a field a type, one of them filled."""
    typed = {f"{one}_value": pl.lit(None, pl.String if one == "string" else pl.Int64) for one in ("string", "int")}
    return pl.struct(key=pl.lit(key), value=pl.struct(**(typed | {f"{kind}_value": value})))


def export(shop_log):
    """The shop's log as rows of an export: a visit's number is its customer's own, a purchase has several items."""
    log = shop_log.with_columns(
        user_pseudo_id=pl.format("{}.7", pl.coalesce("user", pl.col("session").cast(pl.Int64) + 10_000)),
        event_name=pl.col("type").cast(pl.String).replace_strict(EVENT_NAMES),
        event_timestamp=pl.col("ts").dt.epoch("us"),
        entry=pl.struct(
            item_id=pl.format("SKU-{}", "item"),
            item_name=pl.lit("thing"),
            item_brand=pl.lit("own"),
            item_category=pl.format("c{}", "category"),
            price="price",
            quantity=pl.lit(1),
        ),
    )
    log = log.with_columns(visit=pl.col("session").rank("dense").over("user_pseudo_id").cast(pl.Int64))
    rows = log.group_by("user_pseudo_id", "visit", "event_timestamp", "event_name", maintain_order=True)
    events = rows.agg(items=pl.col("entry"))
    starts = events.group_by("user_pseudo_id", "visit", maintain_order=True).agg(pl.col("event_timestamp").min())
    starts = starts.with_columns(event_name=pl.lit("session_start"), items=pl.lit([], events.schema["items"]))
    params = pl.concat_list(param("page", "string", pl.lit("/")), param("ga_session_id", "int", pl.col("visit")))
    told = pl.concat([starts.select(events.columns), events]).with_columns(
        event_params=params, device=pl.struct(category=pl.lit("mobile"))
    )
    return told.drop("visit").sort("event_timestamp", maintain_order=True)


def as_json(rows, file):
    """As BigQuery writes JSON: whole numbers as texts, nothing where there is null."""

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(held) for key, held in value.items() if held is not None}
        if isinstance(value, list):
            return [plain(held) for held in value]
        return str(value) if isinstance(value, int) else value

    file.write_text("".join(json.dumps(plain(row)) + "\n" for row in rows.iter_rows(named=True)))


@pytest.fixture(scope="module")
def exported(shop_log):
    return export(shop_log)


@pytest.fixture(scope="module")
def ranked(exported, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ga4")
    exported.write_parquet(folder / "events_20240101.parquet")
    given = ("--config", GA4, "--train", str(folder / "events_20240101.parquet"), *SMALL_MODELS)
    in_a_run(lambda: run_in(folder / "work", base=given))
    return folder / "work"


def test_every_row_of_an_export_is_accounted_for(exported, shop_log, ranked):
    summary = json.loads((ranked / "log" / "summary.json").read_text())
    visits = exported.filter(event_name="session_start").height
    assert summary["rows"] == exported.height
    assert summary["events"] == shop_log.height
    assert summary["dropped"] == {"no entry in `items`": visits}
    assert summary["quarantined"] == {}
    assert summary["rows"] + summary["exploded"] == summary["events"] + visits
    assert summary["exploded"] > 0
    assert summary["sessions"] == visits
    assert not [one for one in summary["warnings"] if one["check"] in ("several_users", "repeated_orders")]


def test_an_export_as_json_is_the_same_log(exported, ranked, tmp_path):
    half = exported.height // 2
    for number, rows in enumerate((exported.head(half), exported.tail(-half))):
        as_json(rows, tmp_path / f"events_{number}.jsonl")
    files = f"{tmp_path}/events_0.jsonl,{tmp_path}/events_1.jsonl"
    assert prepare.main(["--config", GA4, "--train", files, "--workdir", str(tmp_path / "work")]) == 0
    for name in ("events/000.parquet", "items.parquet", "keys/session.parquet", "notes.parquet"):
        mine, theirs = (pl.read_parquet(folder / "log" / name) for folder in (tmp_path / "work", ranked))
        assert mine.equals(theirs), name


def test_an_export_is_ranked_and_asked_in_its_own_rows(exported, ranked):
    assert metrics_of(ranked)["ranking"]["ranked"]["recall@20"]["clicks"] > 0.3
    table = pl.read_parquet(ranked / "recommendations.parquet")
    assert table["item"].str.starts_with("SKU-").all()
    asked = asked_in(table).rename({"events": "seen"})
    visit = pl.col("event_params").list.get(1).struct.field("value").struct.field("int_value")
    rows = exported.with_columns(session=pl.format("{},{}", "user_pseudo_id", visit))
    rows = rows.with_columns(so_far=pl.col("items").list.len().cum_sum().over("session")).join(asked, on="session")
    shown = rows.filter(pl.col("so_far") <= pl.col("seen"))
    whole = shown.filter((pl.col("so_far").max() == pl.col("seen").first()).over("session"))
    assert whole["session"].n_unique() > 10
    answers = Recommender.load(ranked).recommend(whole.drop("session", "so_far", "seen"))
    exact(in_order(answers), in_order(table.filter(pl.col("session").is_in(whole["session"].unique().implode()))))


def baskets(folder, *, seed=3):
    """Instacart's files: lines of orders, in no order, whose orders stand in another file; a last order a customer."""
    draw = random.Random(seed)
    orders, lines, last = [], [], []
    for user in range(1, 161):
        taste = [draw.randrange(1, 60) for _ in range(8)]
        count = draw.randrange(4, 9)
        for number in range(1, count + 1):
            order = 1_000 + len(orders) * 3
            orders.append((order, user, "prior" if number < count else "train", number))
            basket = dict.fromkeys(draw.choice(taste) for _ in range(draw.randrange(2, 8)))
            into = lines if number < count else last
            into += [(order, product, place) for place, product in enumerate(basket, 1)]
    for rows in (orders, lines, last):
        draw.shuffle(rows)
    names = ["order_id", "product_id", "add_to_cart_order"]
    pl.DataFrame(orders, ["order_id", "user_id", "eval_set", "order_number"], orient="row").write_csv(
        folder / "orders.csv"
    )
    pl.DataFrame(lines, names, orient="row").write_csv(folder / "order_products__prior.csv")
    pl.DataFrame(last, names, orient="row").write_csv(folder / "order_products__train.csv")
    products = pl.DataFrame({"product_id": range(1, 60)})
    products.with_columns(product_name=pl.format("Bread, no. {}", "product_id"), aisle_id=1).write_csv(
        folder / "products.csv"
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instacart")
    baskets(folder)
    return folder


def test_orders_without_a_time_are_ranked(shop):
    given = ("--config", INSTACART, "--train", str(shop / "order_products__prior.csv"), *SMALL_MODELS)
    in_a_run(lambda: run_in(shop / "work", "--folds.valid", "2d", "--folds.test", "2d", base=given))
    summary = json.loads((shop / "work" / "log" / "summary.json").read_text())
    assert (summary["users"], summary["warnings"], summary["quarantined"]) == (160, [], {})
    assert metrics_of(shop / "work")["ranking"]["ranked"]["recall@20"]["orders"] > 0.5
    table = pl.read_parquet(shop / "work" / "recommendations.parquet")
    lines = pl.read_csv(shop / "order_products__prior.csv").sort("order_id", "add_to_cart_order")
    orders = pl.read_csv(shop / "orders.csv").select("order_id", "user_id", "order_number")
    rows = lines.join(orders, on="order_id", maintain_order="left").with_columns(
        session=pl.col("order_id").cast(pl.String), place=pl.int_range(pl.len()).over("order_id")
    )
    shown = rows.join(asked_in(table), on="session").filter(pl.col("place") < pl.col("events"))
    assert set(shown["order_number"]) == {6, 7}
    answers = Recommender.load(shop / "work").recommend(shown.drop("session", "place", "events").reverse())
    exact(in_order(answers), in_order(table))


def test_a_customers_last_order_as_the_test_file(shop):
    given = ["--config", INSTACART, "--train", str(shop / "order_products__prior.csv"), "--folds.valid", "2d"]
    given += ["--test", str(shop / "order_products__train.csv"), "--workdir", str(shop / "last")]
    assert prepare.main([*given, "--folds.cut-test-file", "first_n"]) == 0
    log, test = (json.loads((shop / "last" / name / "summary.json").read_text()) for name in ("log", "test/log"))
    assert test["sessions"] == 160
    assert test["first"] > log["last"]


def test_a_changed_table_is_read_again(shop, capsys):
    given = ["--config", INSTACART, "--train", str(shop / "order_products__prior.csv")]
    given += ["--folds.valid", "2d", "--folds.test", "2d", "--workdir", str(shop / "again")]
    built = []
    for _ in range(2):
        assert prepare.main(given) == 0
        built.append("log: built" in capsys.readouterr().out)
    assert built == [True, False]
    products = shop / "products.csv"
    products.write_text(products.read_text().replace("Bread", "Cake"))
    assert prepare.main(given) == 0
    assert "log: built" in capsys.readouterr().out
    assert pl.read_parquet(shop / "again" / "log" / "items.parquet")["text"].str.starts_with("Cake").any()
