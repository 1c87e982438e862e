"""Who is asked and what is answered: customers who come back, whole test files, filters and lists of any length."""

import json
from datetime import UTC, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.cli import configure
from pipeline.plans.run import Run
from pipeline.store.store import Store
from serving.recommender import Recommender
from tests.e2e.conftest import SMALL_MODELS, TINY, metrics_of, run_in
from tests.e2e.served import asked_in, exact, in_a_run, in_order, one_by_one
from tests.oracle.frames import shuffled

ONE_MODEL = ("--rankers.size.min-positive-queries", "5000")
FEW = ("--sources", "revisit,covisit,session_neighbours,popular")
BY_USER = (
    *("--input.sessions.by", "user", "--input.format.columns", "{user: user, item: item, ts: ts, type: type}"),
    *("--folds.valid-start", "2025-03-17T00:00:00", "--folds.test-start", "2025-03-24T00:00:00"),
    *("--folds.end", "2025-03-31T00:00:00"),
)
START = datetime(2025, 3, 24, tzinfo=UTC)


def asked_of(log, folder, *flags):
    """A run on a log; its recommender and its recommendations."""
    folder.mkdir(exist_ok=True)
    log.write_parquet(folder / "log.parquet")
    given = ("--train", str(folder / "log.parquet"), *FEW, *flags)
    in_a_run(lambda: run_in(folder / "work", *given, base=(*TINY, *SMALL_MODELS, *ONE_MODEL)))
    return Recommender.load(folder / "work"), pl.read_parquet(folder / "work" / "recommendations.parquet")


@pytest.fixture(scope="module")
def customers(shop_log):
    """The shop's log with a hundred customers who come again and again, and some whom nobody knew before."""
    user = pl.when(pl.col("ts") < pl.lit(START)).then(pl.col("session") % 100).otherwise(pl.col("session") % 130)
    return shop_log.with_columns(user=pl.format("u{}", user)).sort("ts", maintain_order=True)


class TestCustomersWhoComeBack:
    @pytest.mark.parametrize("returning", ["start", "first_event"])
    def test_alone_as_in_the_batch(self, customers, tmp_path, returning):
        flags = () if returning == "start" else ("--folds.returning", returning)
        recommender, table = asked_of(customers, tmp_path, *BY_USER, *flags)
        asked = asked_in(table)
        place = pl.int_range(pl.len()).over("user")
        events = customers.with_columns(place=place).join(
            asked, left_on="user", right_on="session", maintain_order="left"
        )
        events = events.filter(pl.col("place") < pl.col("events")).drop("place", "events", "session")
        before = customers.filter(pl.col("ts") < START)["user"].unique()
        known = asked.filter(pl.col("session").is_in(before.implode()))
        assert asked.height > known.height > 50
        if returning == "start":
            assert set(known["session"]) == set(before)
            lengths = customers.filter(pl.col("ts") < START).group_by(session="user").agg(n=pl.len())
            assert known.join(lengths, on="session").select((pl.col("n") == pl.col("events")).all()).item()
        exact(in_order(recommender.recommend(shuffled(events, "user"))), in_order(table))
        some = asked.sample(12, seed=1)
        alone = one_by_one(recommender.recommend, events.with_columns(session="user"), some)
        exact(alone, some.join(table, on=["session", "events"], maintain_order="left_right").select(table.columns))
        assert metrics_of(tmp_path / "work")["counts"]["queries"] == asked.height

    def test_what_they_do_later_changes_no_answer(self, customers, tmp_path):
        """Neither events of the scored fold nor those after it are seen by who is asked as it begins."""
        until = customers.filter(pl.col("ts") < START)
        last = until.group_by("user").agg(pl.all().sort_by("ts").last()).sort("user").select(customers.columns)
        moment = pl.lit(START).cast(until.schema["ts"])
        hostile = [
            last.with_columns(ts=moment + pl.duration(days=day), item=pl.col("item").reverse(), type=pl.lit("orders"))
            for day in (1, 3, 9)
        ]
        new = last.head(2).with_columns(user=pl.lit("new"), ts=moment + pl.duration(days=6))
        tables = []
        for name, rows in (("now", [until, new]), ("later", [until, *hostile, new])):
            log = pl.concat([frame.cast(until.schema) for frame in rows])
            table = asked_of(log, tmp_path / name, *BY_USER)[1]
            tables.append(table.filter(pl.col("session") != "new"))
        assert tables[0]["session"].n_unique() == last.height
        assert_frame_equal(*tables, check_exact=True)


class TestLists:
    def files(self, folder, log):
        items = log["item"].unique().sort()
        (folder / "denied.txt").write_text("".join(f"{item}\n" for item in items.gather_every(3)) + "424242\n")
        stock = pl.DataFrame({"item": items, "stock": [n % 5 for n in range(len(items))]})
        stock.write_csv(folder / "stock.csv")
        gone = stock.filter(pl.col("stock") == 0)["item"]
        return {str(item) for item in [*items.gather_every(3), *gone]}

    def test_filters_hold_before_the_best_are_taken(self, shop_log, tmp_path):
        log = shop_log.with_columns(user=pl.format("u{}", pl.col("session") % 100))
        barred = self.files(tmp_path, log)
        flags = ["--filters.deny", str(tmp_path / "denied.txt"), "--filters.stock", str(tmp_path / "stock.csv")]
        flags += ["--filters.bought", "ever", "--top", "30"]
        recommender, table = asked_of(log, tmp_path, *flags)
        assert not set(table["item"]) & barred
        assert set(table.group_by("session", "type").len()["len"]) == {30}
        orders = log.filter(pl.col("type") == "orders")
        start = pl.read_parquet(tmp_path / "work/test/fold/queries/000.parquet")["start_ts"].min()
        before = orders.filter(pl.col("ts") < start).select("user", item=pl.col("item").cast(pl.String)).unique()
        users = log.select(session=pl.col("session").cast(pl.String), user="user").unique()
        assert before.height > 20
        assert table.join(users, on="session").join(before, on=["user", "item"], how="semi").is_empty()
        metrics = metrics_of(tmp_path / "work")
        assert set(metrics["counts"]["filtered"]) == {"deny", "stock", "bought"}
        assert metrics["counts"]["short"] == 0
        assert set(metrics["ranking"]["ranked"]) == {"recall@20", "recall@30", "next_click"}
        assert "HR@30" in metrics["ranking"]["fused"]["next_click"]
        text = log.with_columns(pl.col("session").cast(pl.String))
        asked = asked_in(table)
        place = pl.int_range(pl.len()).over("session", order_by="ts")
        events = text.with_columns(place=place).join(asked, on="session").filter(pl.col("place") < pl.col("events"))
        events = events.drop("place", "events")
        exact(one_by_one(recommender.recommend, events, asked), table)
        exact(recommender.recommend(events, k=5), recommender.recommend(events).filter(pl.col("rank") <= 5))
        told = recommender.explain(events.filter(session=asked["session"][0]))
        for kind, listed in told.lists.items():
            mine = table.filter(session=asked["session"][0], type=kind)
            assert listed["item"].to_list() == mine["item"].to_list()

    def test_ten_are_the_first_ten_of_twenty(self, tiny, tmp_path):
        in_a_run(lambda: run_in(tmp_path, "--top", "10"))
        twenty, ten = (pl.read_parquet(folder / "recommendations.parquet") for folder in (tiny, tmp_path))
        assert_frame_equal(ten, twenty.filter(pl.col("rank") <= 10))
        mine, theirs = metrics_of(tmp_path), metrics_of(tiny)
        assert mine["ranking"]["ranked"]["recall@20"] == theirs["ranking"]["ranked"]["recall@20"]
        now = pl.DataFrame({"session": [1], "item": [5], "ts": [START], "type": ["clicks"]})
        found = Recommender.load(tmp_path).recommend(now)
        assert found.group_by("type").len()["len"].to_list() == [10, 10, 10]


def test_a_test_file_is_answered_whole(tmp_path):
    """Prefixes of one event, of none, and of items that nobody has seen are asked, answered and counted."""
    sessions = [[(3 * s + i * (1 + s % 2)) % 40 for i in range(2 + s % 4)] for s in range(400)]
    pl.DataFrame(
        {
            "session": [s for s, items in enumerate(sessions) for _ in items],
            "item": [item for items in sessions for item in items],
            "pos": [n for items in sessions for n in range(len(items))],
        }
    ).write_parquet(tmp_path / "train.parquet")
    prefixes = [[5, 8], [7], [], None, [900], *([[n] for n in range(20)])]
    frame = pl.DataFrame(
        {"row": range(len(prefixes)), "prefix": prefixes, "target": [8] * len(prefixes)},
        schema={"row": pl.Int64, "prefix": pl.List(pl.Int64), "target": pl.Int64},
    )
    frame.write_parquet(tmp_path / "test.parquet")
    flags = ["--config", "configs/nextclick.yaml", *SMALL_MODELS, *FEW, "--rankers.members.folds", "0"]
    flags += ["--folds.valid", "5m", "--folds.min-prefix", "2", "--folds.known-items-only", "true"]
    flags += ["--train", str(tmp_path / "train.parquet"), "--test", str(tmp_path / "test.parquet")]
    in_a_run(lambda: run_in(tmp_path / "work", base=flags))
    table = pl.read_parquet(tmp_path / "work" / "recommendations.parquet")
    assert set(table["session"]) == {str(n) for n in range(len(prefixes))}
    assert set(table.group_by("session").len()["len"]) == {20}
    silent = table.filter(pl.col("events") == 0)
    assert set(silent["session"]) == {"2", "3", "4"}
    assert silent["score"].null_count() == silent.height
    counts = metrics_of(tmp_path / "work")["counts"]
    assert (counts["queries"], counts["fallback"], counts["labels"]["clicks"]) == (25, 3, 25)
    warned = json.loads((tmp_path / "work/test/fold/warnings.json").read_text())
    assert [one["sessions"] for one in warned] == [3]
    recommender = Recommender.load(tmp_path / "work")
    first = pl.DataFrame({"session": [0, 0, 4, 1], "item": [5, 8, 900, 7], "ts": [0, 1, 2, 3]})
    first = first.with_columns(pl.from_epoch("ts", time_unit="s").dt.replace_time_zone("UTC"))
    expected = pl.concat([table.filter(session=key) for key in ("0", "4", "1")])
    exact(recommender.recommend(first), expected)
    exact(recommender.recommend(first.filter(session=4)), table.filter(session="4"))
    told = recommender.explain(first.filter(session=4))
    assert told.lists["clicks"]["item"].to_list() == table.filter(session="4")["item"].to_list()
    run = Run(configure("rank", "", [*flags, "--workdir", str(tmp_path / "work")]), Store(tmp_path / "work", print))
    explained = run.ranked.explained(run.ranked.find("2"))
    assert explained.visible.is_empty()
    assert explained.lists["clicks"]["item"].to_list() == table.filter(session="2")["item"].to_list()
