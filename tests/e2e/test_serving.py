"""A recommender opened from a run: one session alone, all at once and shuffled, and the batch say the same bits."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from pipeline import actions, value
from pipeline.cli import configure
from pipeline.plans.run import Run
from pipeline.store.store import Store
from serving.recommender import Recommender
from tests.e2e.conftest import SMALL_MODELS, TINY, run_in
from tests.oracle.frames import shuffled

ALL_SOURCES = ("--config", "configs/overlays/all_sources.yaml")
ACTIONS = ("--actions.trees", "2", "--actions.rival-rows", "300", "--actions.rival-queries", "20", "--actions.top", "7")
VALUE = (
    *("--value.model.methods.names", "l2,hurdle", "--value.model.methods.members", "l2"),
    *("--value.model.methods.boosting.rounds", "6", "--value.model.methods.boosting.threads", "1"),
    *("--value.model.methods.power", "1.5", "--value.model.folds", "2", "--value.model.forward", "2"),
    *("--value.cuts", "{all: {at: all}, first2: {at: first_n, first_n: 2}}", "--value.training-rows", "600"),
)
SHOP = (*TINY, *ALL_SOURCES, *SMALL_MODELS, *ACTIONS, *VALUE)
ONE_MODEL = ("--rankers.size.min-positive-queries", "5000")
NOW = pl.DataFrame({"session": [9001], "item": [5], "ts": [datetime(2025, 3, 31, 12, tzinfo=UTC)], "type": ["clicks"]})
"""A session that no log has."""


def exact(found, expected):
    """The same rows, and every float the same bits."""
    assert_frame_equal(found, expected, check_exact=True)
    for name in found.columns:
        if found[name].dtype.is_float():
            mine, theirs = (frame[name].fill_null(float("nan")).to_numpy() for frame in (found, expected))
            assert np.array_equal(mine.view(np.uint8), theirs.view(np.uint8)), name


def shown(log, asked):
    """The first events of each session, as many as are asked about, in the log's rows; `log` has text keys."""
    place = pl.int_range(pl.len()).over("session", order_by=["ts", "row"])
    rows = log.with_row_index("row").with_columns(place=place).join(asked, on="session", how="inner")
    return rows.filter(pl.col("place") < pl.col("events")).sort("row").drop("row", "place", "events")


def asked_in(table):
    """(session, events) of every query of a table."""
    return table.select("session", "events").unique(maintain_order=True)


def one_by_one(answer, events, asked):
    """Every session asked alone."""
    of_session = events.partition_by("session", as_dict=True)
    return pl.concat([answer(of_session[key,]) for key in asked["session"]])


def in_order(table):
    """Sessions in the order of their keys, each one's rows as they come."""
    return table.sort("session", "events", maintain_order=True)


def in_a_run(*commands):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(__file__).parents[2])
        for command in commands:
            assert command() == 0


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A tiny shop with all sources, probabilities and values."""
    folder = tmp_path_factory.mktemp("shop")
    flags = [*SHOP, "--workdir", str(folder)]
    in_a_run(lambda: run_in(folder, base=SHOP), lambda: actions.main(flags), lambda: value.main(flags))
    return folder


@pytest.fixture(scope="module")
def log(shop):
    return pl.read_parquet(shop / "shop" / "log.parquet").with_columns(pl.col("session").cast(pl.String))


@pytest.fixture(scope="module")
def recommender(shop):
    return Recommender.load(shop)


class TestShop:
    def batch(self, shop, log, name):
        table = pl.read_parquet(shop / f"{name}.parquet")
        asked = asked_in(table)
        return table, asked, shown(log, asked)

    def test_each_session_alone(self, shop, log, recommender):
        table, asked, events = self.batch(shop, log, "recommendations")
        assert asked.height > 100
        exact(one_by_one(recommender.recommend, events, asked), table)

    def test_all_at_once_in_any_order(self, shop, log, recommender):
        table, _, events = self.batch(shop, log, "recommendations")
        exact(in_order(recommender.recommend(events)), in_order(table))
        exact(in_order(recommender.recommend(shuffled(events, "session"))), in_order(table))

    def test_several_threads_may_ask_one_that_has_opened_nothing_yet(self, shop, log):
        table, asked, events = self.batch(shop, log, "recommendations")
        fresh, of_session = Recommender.load(shop), events.partition_by("session", as_dict=True)
        with ThreadPoolExecutor(4) as pool:
            answers = pool.map(lambda key: fresh.recommend(of_session[key,]), asked["session"].to_list())
            exact(pl.concat(answers), table)

    def test_the_order_of_sessions_is_that_of_their_first_rows(self, shop, log, recommender):
        _, _, events = self.batch(shop, log, "recommendations")
        mixed = shuffled(events, "session")
        found = recommender.recommend(mixed)["session"].unique(maintain_order=True)
        assert found.to_list() == mixed["session"].unique(maintain_order=True).to_list()

    def test_keys_may_be_whole_numbers(self, shop, log, recommender):
        table, _, events = self.batch(shop, log, "recommendations")
        exact(recommender.recommend(events.with_columns(pl.col("session").cast(pl.Int64))), table)

    def test_short_lists_are_the_heads_of_long_ones(self, shop, log, recommender):
        table, _, events = self.batch(shop, log, "recommendations")
        exact(recommender.recommend(events, k=5), table.filter(pl.col("rank") <= 5))
        long = recommender.recommend(events, k=60)
        exact(long.filter(pl.col("rank") <= 20), table)
        assert long.group_by("session", "type").len()["len"].unique().to_list() == [60]

    def test_probabilities(self, shop, log, recommender):
        table, asked, events = self.batch(shop, log, "actions")
        few = asked.sample(20, seed=1)
        exact(
            one_by_one(recommender.actions, events, few),
            few.join(table, on=["session", "events"], maintain_order="left_right").select(table.columns),
        )
        exact(in_order(recommender.actions(shuffled(events, "session"))), in_order(table))
        best = in_order(table).group_by("session", maintain_order=True).head(3)
        exact(in_order(recommender.actions(events, top=3)), best)

    @pytest.mark.parametrize("cut", ["all", "first2"])
    def test_values(self, shop, log, recommender, cut):
        """A session's cuts are asked at once as sessions of their own, and some alone."""
        table = pl.read_parquet(shop / "values.parquet").filter(pl.col("cut") == cut).drop("cut_ts", "so_far")
        table = table.select("cut", "session", "events", pl.exclude("cut", "session", "events"))
        asked = asked_in(table)
        rows = [shown(log, asked.filter(events=n)).with_columns(events=n) for n in asked["events"].unique().sort()]
        events = pl.concat(rows).with_columns(session=pl.format("{}@{}", "session", "events")).drop("events")
        table = table.with_columns(session=pl.format("{}@{}", "session", "events"))
        found = recommender.value(shuffled(events, "session")).filter(pl.col("cut") == cut)
        exact(in_order(found), in_order(table))
        some = table.sample(8, seed=2)
        alone = one_by_one(recommender.value, events, some).filter(pl.col("cut") == cut)
        exact(alone, some)

    def test_reasons_are_those_of_the_command(self, shop, log, recommender):
        run = Run(configure("rank", "", [*SHOP, "--workdir", str(shop)]), Store(shop, lambda line: None))
        table, asked, events = self.batch(shop, log, "recommendations")
        for session, n in asked.sample(3, seed=3).rows():
            expected = run.ranked.explained(run.ranked.find(session))
            found = recommender.explain(events.filter(session=session))
            assert (found.asked.session, found.asked.events) == (expected.asked.session, n)
            exact(found.visible, expected.visible)
            assert list(found.lists) == list(expected.lists)
            for objective, listed in expected.lists.items():
                exact(found.lists[objective], listed)
                told = table.filter(session=session, type=objective)
                assert listed["item"].to_list() == told["item"].to_list()

    def test_a_session_that_the_log_has_never_seen(self, recommender):
        found = recommender.recommend(NOW)
        assert found.group_by("type").len()["len"].to_list() == [20, 20, 20]
        assert found["session"].unique().to_list() == ["9001"]
        assert found["events"].unique().to_list() == [1]
        assert recommender.value(NOW)["cut"].to_list() == ["all", "first2"]
        assert recommender.actions(NOW).height == 7

    def test_a_user_whom_the_log_does_not_know_is_as_good_as_none(self, recommender):
        exact(recommender.recommend(NOW.with_columns(user=pl.lit("nobody"))), recommender.recommend(NOW))
        exact(recommender.value(NOW.with_columns(user=pl.lit("nobody"))), recommender.value(NOW))

    def test_items_that_the_log_lacks(self, recommender):
        """They are named in the shop's keys, alone and among others, and cost no one else anything."""
        new = NOW.with_columns(session=pl.lit(9002, pl.Int64), item=pl.lit(990_001, pl.Int64))
        other = NOW.with_columns(session=pl.lit(9003, pl.Int64), item=pl.lit(880_001, pl.Int64))
        alone = recommender.recommend(new)
        assert "990001" in alone.filter(type="clicks")["item"].to_list()
        assert "880001" in recommender.recommend(other).filter(type="clicks")["item"].to_list()
        found = recommender.recommend(pl.concat([other, NOW, new]))
        exact(found, pl.concat([recommender.recommend(one) for one in (other, NOW, new)]))
        exact(recommender.value(pl.concat([new, NOW])).filter(session="9001"), recommender.value(NOW))
        assert "990001" in recommender.actions(new)["item"].to_list()
        told = recommender.explain(new)
        assert told.visible["item"].to_list() == ["990001"]
        assert "990001" in told.lists["clicks"]["item"].to_list()

    @pytest.mark.parametrize("ask", ["recommend", "explain", "actions", "value"])
    def test_no_events(self, recommender, ask):
        with pytest.raises(AisleError, match="`events` holds no event"):
            getattr(recommender, ask)(NOW.clear())

    def test_what_is_refused(self, recommender):
        two = pl.concat([NOW, NOW.with_columns(session=pl.lit(9002, pl.Int64))])
        with pytest.raises(AisleError, match="`events` are of 2 sessions; explain them one by one"):
            recommender.explain(two)
        with pytest.raises(AisleError, match="`k` is 0"):
            recommender.recommend(NOW, k=0)
        with pytest.raises(AisleError, match=r"`events` lacks \['item'\]"):
            recommender.recommend(NOW.drop("item"))
        with pytest.raises(AisleError, match="row 2: unknown event; 1 of 2 rows"):
            recommender.recommend(two.with_columns(type=pl.Series(["clicks", "stares"])))

    def test_a_folder_that_was_moved_answers_the_same(self, shop, recommender, tmp_path):
        moved = Recommender.load(shutil.copytree(shop, tmp_path / "elsewhere"))
        exact(moved.recommend(NOW), recommender.recommend(NOW))
        exact(moved.value(NOW), recommender.value(NOW))

    def test_damaged_contents(self, shop, tmp_path):
        (tmp_path / "serving").mkdir()
        whole = (shop / "serving" / "ranking.json").read_text()
        for text in (whole[:-30], "[]", json.dumps({"is": "Path"}), whole.replace("Popular", "Magic", 1)):
            (tmp_path / "serving" / "ranking.json").write_text(text)
            with pytest.raises(AisleError, match=r"ranking\.json: is damaged"):
                Recommender.load(tmp_path)


def test_where_nothing_was_learnt(tmp_path):
    with pytest.raises(AisleError, match="nothing was learnt here"):
        Recommender.load(tmp_path)
    with pytest.raises(AisleError, match="nothing was learnt here"):
        Recommender.load(tmp_path / "absent")


def test_only_values(shop, tmp_path):
    """A folder of `value` alone values; what it has not learnt it says."""
    shutil.copytree(shop, tmp_path / "work", ignore=shutil.ignore_patterns("models", "ranking.json", "actions.json"))
    valuing = Recommender.load(tmp_path / "work")
    exact(valuing.value(NOW), Recommender.load(shop).value(NOW))
    with pytest.raises(AisleError, match=r"no ranker was trained here; run `python -m pipeline\.run`"):
        valuing.recommend(NOW)
    with pytest.raises(AisleError, match=r"run `python -m pipeline\.actions` first"):
        valuing.actions(NOW)


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
    """OTTO's: whole numbers, times in ms, visitors that the log has never seen."""
    split = shared_data / "otto" / "shop_split_days14_seed42"
    for name, every in (("train", 3), ("test", 12)):
        lines = (split / f"{name}_sessions.jsonl").read_text().splitlines(keepends=True)
        (tmp_path / f"{name}.jsonl").write_text("".join(lines[::every]))
    flags = [
        "--config",
        "configs/otto.yaml",
        "--folds.valid",
        "5d",
        "--folds.known-items-only",
        "false",
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
