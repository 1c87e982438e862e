"""A recommender opened from a run: one session alone, all at once and shuffled, and the batch say the same bits."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import polars as pl
import pytest

from data.errors import AisleError
from pipeline import actions, value
from pipeline.cli import configure
from pipeline.plans.run import Run
from pipeline.store.store import Store
from serving.recommender import Recommender
from tests.e2e.conftest import SMALL_MODELS, TINY, run_in
from tests.e2e.served import asked_in, exact, in_a_run, in_order, one_by_one, shown
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
NOW = pl.DataFrame({"session": [9001], "item": [5], "ts": [datetime(2025, 3, 31, 12, tzinfo=UTC)], "type": ["clicks"]})
"""A session that no log has."""


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
        with pytest.raises(AisleError, match="row 2: unknown event 'stares'; 1 of 2 rows"):
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
