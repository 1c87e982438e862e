"""A recommender and the batch say the same bits of untidy logs, of visits cut by a pause, and of a test file."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from serving.recommender import Recommender
from tests.e2e.conftest import SMALL_MODELS, TINY, run_in
from tests.e2e.served import asked_in, exact, in_a_run, in_order, one_by_one, shown
from tests.oracle.frames import shuffled

ONE_MODEL = ("--rankers.size.min-positive-queries", "5000")


@pytest.fixture(scope="module")
def log(shop_log):
    return shop_log.with_columns(pl.col("session").cast(pl.String))


def worn(log):
    """The shop's log as untidy as logs are: text keys, returning customers, equal times, repeated rows, no order."""
    number, session = pl.int_range(pl.len()), pl.col("session").cast(pl.Int64)
    rows = log.with_columns(
        session=pl.format("s{}", "session"),
        user=pl.when(session % 7 != 0).then(pl.format("u{}", session % 150)),
        item=pl.format("i{}", "item"),
        ts=pl.col("ts").dt.truncate("1m"),
        price=pl.when(number % 5 != 0).then("price"),
        category=pl.when(number % 3 != 0).then("category"),
    )
    return pl.concat([rows, rows.gather_every(11)]).sample(fraction=1, shuffle=True, seed=1)


def recommender_of(log, folder, *flags, sample=""):
    """A recommender of a run on a log, and the run's recommendations."""
    log.write_parquet(folder / "log.parquet")
    given = ("--train", str(folder / "log.parquet"), *flags)
    in_a_run(lambda: run_in(folder / "work", *given, base=(*TINY, *SMALL_MODELS, *ONE_MODEL)))
    output = folder / "work" / sample
    return Recommender.load(output), pl.read_parquet(output / "recommendations.parquet")


def test_an_untidy_log_in_shards_with_what_was_visible_learnt(log, tmp_path):
    raw = worn(log)
    flags = ("--shards", "3", "--transductive", "true", "--input.quality.duplicates", "drop", "--folds.cut", "share")
    recommender, table = recommender_of(raw, tmp_path, *flags)
    asked, alike = asked_in(table), ["session", "item", "ts", "type"]
    once = shown(raw.unique(alike, keep="first", maintain_order=True), asked)
    exact(one_by_one(recommender.recommend, once, asked), table)
    events = raw.join(once, on=alike, how="semi", maintain_order="left")
    assert events.height > once.height
    exact(in_order(recommender.recommend(events)), in_order(table))
    blanks = events.with_columns(pl.format(" {}", "session"), pl.format("{} ", "item"), pl.format(" {} ", "user"))
    exact(in_order(recommender.recommend(blanks)), in_order(table))


def test_visits_of_returning_customers(log, tmp_path):
    """A pause ends a session; of a visitor's events the latest visit is asked about, at every one of its moments."""
    raw = worn(log).drop_nulls("user")
    columns = "{session: null, user: user, item: item, ts: ts, type: type, category: category}"
    flags = ("--input.sessions.by", "gap", "--folds.cut", "all", "--input.format.columns", columns)
    recommender, table = recommender_of(raw, tmp_path, *flags, "--max-sessions", "25", sample="samples/n25")
    asked = asked_in(table)
    assert asked["session"].n_unique() < asked.height
    known = {query: until(raw, *query) for query in asked.sample(30, seed=1).rows()}
    assert max(events["ts"].max() - events["ts"].min() for events in known.values()) > timedelta(days=1)
    for (session, n), events in known.items():
        exact(recommender.recommend(events), table.filter(session=session, events=n))
    latest = table.with_columns(user=pl.col("session").str.extract("(.*)@")).filter(
        (pl.col("session") == pl.col("session").first().over("user"))
        & (pl.col("events") == pl.col("events").max().over("session"))
    )
    events = pl.concat([until(raw, *query) for query in asked_in(latest).rows()])
    exact(in_order(recommender.recommend(shuffled(events, "user"))), in_order(latest.drop("user")))


def until(log, session, events):
    """All that a visitor had done when a visit had so many events."""
    user, start = session.rsplit("@", 1)
    rows = log.filter(user=user).sort("ts", maintain_order=True)
    return rows.head(rows.filter(pl.col("ts") < datetime.fromisoformat(start)).height + events)


def test_a_test_file_of_its_own(shared_data, tmp_path):
    """OTTO's: whole numbers, times in ms, visitors that the log has never seen, events of new items left out."""
    split = shared_data / "otto" / "shop_split_days14_seed42"
    for name, every in (("train", 3), ("test", 12)):
        lines = (split / f"{name}_sessions.jsonl").read_text().splitlines(keepends=True)
        (tmp_path / f"{name}.jsonl").write_text("".join(lines[::every]))
    flags = [
        "--config",
        "configs/otto.yaml",
        "--folds.valid",
        "5d",
        *SMALL_MODELS,
        *ONE_MODEL,
    ]
    flags += [f"--{name}={tmp_path / name}.jsonl" for name in ("train", "test")]
    in_a_run(lambda: run_in(tmp_path / "work", base=flags))
    table = pl.read_parquet(tmp_path / "work" / "recommendations.parquet")
    raw = pl.read_ndjson(tmp_path / "test.jsonl").explode("events").unnest("events").rename({"aid": "item"})
    recommender = Recommender.load(tmp_path / "work")
    exact(in_order(recommender.recommend(raw)), in_order(table))
    alone = pl.concat([recommender.recommend(raw.filter(session=int(key))) for key in asked_in(table)["session"]])
    exact(alone, table)
