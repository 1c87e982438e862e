"""A till's export sorted by article, and the same lines in no order: neither tells a basket's size by its first
lines."""

import json
import random
from datetime import datetime, timedelta

import polars as pl
import pytest

from pipeline import value
from serving.recommender import Recommender
from tests.e2e.served import exact, in_a_run

COLUMNS = "{session: basket, user: household, item: product, ts: time, type: event, price: price}"
FLAGS = (
    *("--input.format.columns", COLUMNS, "--input.format.events", "{sale: orders}", "--input.format.timezone", "UTC"),
    *("--folds.test", "5d", "--value.targets.closes_after", "1s"),
    *("--value.cuts", "{first3: {at: first_n, first_n: 3, min_events: 4}}", "--value.model.folds", "2"),
    *("--value.model.methods", "{names: l2, members: l2, power: 1.5}", "--value.model.forward", "2"),
    *("--value.model.methods.boosting.rounds", "4", "--value.model.methods.boosting.threads", "1"),
)


def receipts(arrange):
    dice, start = random.Random(2), datetime(2024, 2, 1)
    made = []
    for basket in range(2_000):
        lines = dice.sample(range(300), 2 + min(30, int(dice.expovariate(1 / 6))))
        moment = start + timedelta(minutes=15 * basket)
        made += [(f"b{basket}", f"h{basket % 60}", moment, "sale", p, 1 + p % 7) for p in arrange(lines)]
    names = ["basket", "household", "time", "event", "product", "price"]
    return pl.DataFrame(made, schema=names, orient="row").with_columns(pl.col("price").cast(pl.Float64))


@pytest.fixture(scope="module")
def valued(tmp_path_factory):
    """The folders of the sorted export, and of the same with the order taken as real."""
    folder = tmp_path_factory.mktemp("till")
    receipts(sorted).write_parquet(folder / "log.parquet")
    base = [
        "--config",
        "configs/own.yaml",
        "--train",
        str(folder / "log.parquet"),
        "--input.sessions.by",
        "column",
        *FLAGS,
    ]
    real = ["--input.quality.same-moment", "file"]
    in_a_run(
        lambda: value.main([*base, "--workdir", str(folder / "drawn")]),
        lambda: value.main([*base, *real, "--workdir", str(folder / "file")]),
    )
    return folder


def tables(folder):
    """The log's tables."""
    return folder / ("log-drawn" if folder.name == "drawn" else "log")


def rank_correlation(folder):
    """How well the first three lines' products tell the number of lines."""
    events = pl.read_parquet(tables(folder) / "events" / "*.parquet").with_columns(pl.col("item").cast(pl.Int64))
    firsts = events.group_by("session", maintain_order=True).agg(pl.len(), pl.col("item").head(3).mean())
    return abs(firsts.select(pl.corr("len", "item", method="spearman")).item())


def test_the_first_lines_tell_nothing(valued):
    assert rank_correlation(valued / "file") > 0.5
    assert rank_correlation(valued / "drawn") < 0.1


def test_it_is_told_and_the_catalogues_order_is_left_out(valued):
    told = {name: json.loads((valued / name / "value_metrics.json").read_text()) for name in ("drawn", "file")}
    assert [one["check"] for one in told["drawn"]["warnings"]] == ["same_moment"]
    assert told["file"]["warnings"] == []
    used = {
        name: json.loads((valued / name / "value/first3/model/naive.json").read_text())["features"] for name in told
    }
    assert [any(f.startswith("catalogue_order") for f in used[name]) for name in ("drawn", "file")] == [False, True]


@pytest.mark.parametrize("name", ["drawn", "file"])
def test_a_recommender_knows_a_basket_by_the_same_order(valued, name):
    asked = pl.concat(
        pl.read_parquet(valued / name / "value/first3/asked/test" / table / "000.parquet").select("query", *columns)
        for table, columns in (("queries", ["session_key"]),)
    )
    seen = pl.read_parquet(valued / name / "value/first3/asked/test/prefixes/000.parquet")
    items = pl.read_parquet(tables(valued / name) / "items.parquet").select("item", product="key")
    shown = (
        seen.join(asked, on="query")
        .join(items, on="item")
        .sort("query", "item" if name == "drawn" else "position", descending=name == "drawn")
        .select(
            basket="session_key",
            time="ts",
            event=pl.lit("sale"),
            product=pl.col("product").cast(pl.Int64),
            price="price",
        )
    )
    keys = pl.read_parquet(tables(valued / name) / "events" / "000.parquet").select("session", "user").unique()
    users = pl.read_parquet(tables(valued / name) / "keys/user.parquet").select(user="code", household="key")
    named = pl.read_parquet(tables(valued / name) / "keys/session.parquet").select(session="code", basket="key")
    owners = keys.join(users, on="user").join(named, on="session").select("basket", "household")
    found = Recommender.load(valued / name).value(shown.join(owners, on="basket", maintain_order="left"))
    table = pl.read_parquet(valued / name / "values.parquet")
    columns = ["session", "expected_value", "rmsle_value", "mae_value"]
    exact(found.select(columns).sort("session"), table.select(columns).sort("session"))
