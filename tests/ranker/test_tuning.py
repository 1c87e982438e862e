import json
from dataclasses import replace

import numpy as np
import optuna
import polars as pl
import pytest

from learning.boosting import Boosting
from learning.study import Search, Tried
from ranker.lambdarank import LambdaRank, train, with_hits
from ranker.recall_measure import recall_measure
from ranker.tuning import Judge, beyond_luck, settings_of, space_around, tune, with_settings
from tests.ranker.test_lambdarank import made

SMALL = Boosting(rounds=15, patience=5, min_rows=10, leaves=4, threads=1)
HALVES = LambdaRank(min_stop_queries=10, boosting=SMALL)
FOLDS = LambdaRank(min_stop_queries=1_000, cv_rounds=8, cv_folds=3, boosting=SMALL)
ROWS = made(120)
PLENTY = made(180)
POOR = replace(SMALL, learning_rate=0.01, min_rows=2_000)  # a leaf of 2,000 rows cannot tell a hit


class Notes:
    """The part of a trial that the objective needs."""

    def __init__(self):
        self.notes = {}

    def set_user_attr(self, name, value):
        self.notes[name] = value


def test_settings_are_read_and_put_back():
    settings = settings_of(HALVES)
    assert settings["leaves"] == 4
    assert with_settings(HALVES, settings) == HALVES
    other = with_settings(HALVES, settings | {"prior": 0.5, "leaves": 9})
    assert (other.prior, other.boosting.leaves, other.boosting.rounds) == (0.5, 9, 15)


def test_the_space_holds_the_defaults():
    odd = LambdaRank(truncation=5, prior=3, boosting=replace(SMALL, learning_rate=0.5, leaves=2, l2=0))
    space = space_around(odd)
    assert space["truncation"].low == 5
    assert (space["prior"].low, space["prior"].high) == (0.0, 3.0)
    assert space["learning_rate"].high == 0.5
    assert (space["leaves"].low, space["leaves"].high) == (2, 127)
    assert set(space) == set(settings_of(odd))


def test_half_of_the_stop_part_judges_what_the_other_half_has_stopped():
    judge, trial = Judge(ROWS.lazy(), "clicks", HALVES), Notes()
    value = judge(settings_of(HALVES), trial)
    assert judge.by == "half of the stop part"
    stop = with_hits(ROWS.lazy(), "clicks").filter(pl.col("part") == "stop").collect()
    judging = stop.filter(pl.col("query").is_in(judge._judging["query"].unique().implode()))
    assert 10 <= judge.queries == judging["query"].n_unique() <= stop["query"].n_unique() - 10
    # by hand: their rows taken out before training, then scored
    rest = ROWS.join(judging.select("query").unique(), on="query", how="anti", maintain_order="left")
    trained = train(rest.lazy(), "clicks", HALVES)
    assert trained.about["stopped_by"] == "stop part"
    assert value == pytest.approx(recall_measure(judging, [0, 1])(trained.scorer(judging, 1)))
    assert sum(trial.notes["gained"]) / judge.possible == pytest.approx(value)
    assert len(trial.notes["gained"]) == judge.queries


def test_few_stop_queries_are_judged_by_cross_validation():
    judge, trial = Judge(ROWS.lazy(), "carts", FOLDS), Notes()
    value = judge(settings_of(FOLDS), trial)
    assert judge.by == "cross-validation"
    assert judge.queries == len(trial.notes["gained"]) == 60
    assert 0.75 < value <= 1
    flat = ROWS.with_columns(signal=pl.lit(0.0), noise=pl.lit(0.0))
    assert Judge(flat.lazy(), "carts", FOLDS)(settings_of(FOLDS), Notes()) < 0.65


def test_the_shared_model_is_judged_by_gains():
    judge = Judge(ROWS.lazy(), "shared", FOLDS)
    trial = Notes()
    assert 0 < judge(settings_of(FOLDS), trial) <= 1
    assert set(trial.notes["gained"]) <= {0, 1, 3, 6}


def tried(number, *gained):
    return Tried(number, {}, sum(gained) / 10, {"gained": list(gained)})


def test_beyond_luck_by_hand():
    # differences 1, 1, 0, 0: mean 0.5, standard deviation sqrt(1/3), of the sum 2 * that
    first, best = tried(0, 0, 0, 1, 1), tried(3, 1, 1, 1, 1)
    gap, needed = beyond_luck(first, best, possible=4.0, rivals=1)
    assert gap == 0.5
    error = 2 * np.sqrt(1 / 3) / 4
    assert needed == pytest.approx(1.644854 * error)
    assert beyond_luck(first, best, 4.0, 20)[1] == pytest.approx(2.807034 * error)  # 1 - 0.0025
    assert beyond_luck(first, first, 4.0, 9) == (0.0, 0.0)


@pytest.mark.parametrize("how", [HALVES, FOLDS], ids=["halves", "folds"])
def test_finds_planted_settings_and_goes_on(how, tmp_path):
    poor = replace(how, boosting=POOR)
    few, more = Search(trials=2, sampler="random"), Search(trials=5, sampler="random")
    tune(PLENTY.lazy(), "clicks", poor, few, tmp_path / "s.sqlite", "one")
    tuned = tune(PLENTY.lazy(), "clicks", poor, more, tmp_path / "s.sqlite", "one")
    assert tuned.ranker.boosting.min_rows < 2_000
    assert tuned.about["recall@20"] > tuned.about["default_recall@20"] + 0.2
    assert tuned.about["difference"] > tuned.about["difference_needed"] > 0
    assert tuned.about["kept"].startswith("trial ")
    assert with_settings(poor, tuned.about["settings"]) == tuned.ranker
    assert json.loads(json.dumps(tuned.about)) == tuned.about
    whole = tune(PLENTY.lazy(), "clicks", poor, more, tmp_path / "t.sqlite", "one")
    assert whole == tuned


def test_what_cannot_improve_keeps_the_defaults(tmp_path):
    dice = np.random.default_rng(5)
    noise = dice.integers(1, 41, 120)
    label = pl.col("fused__rank") == pl.lit(pl.Series(noise[ROWS["query"].to_numpy()]))
    rows = ROWS.drop("signal").with_columns(orders=label.cast(pl.UInt8))
    tuned = tune(rows.lazy(), "orders", FOLDS, Search(trials=6), tmp_path / "s.sqlite", "one")
    assert tuned.ranker is FOLDS
    assert tuned.about["kept"] == "defaults"
    assert tuned.about["settings"] == tuned.about["default_settings"]
    assert tuned.about["recall@20"] == tuned.about["default_recall@20"]
    assert tuned.about["difference"] <= tuned.about["difference_needed"]


def test_too_few_queries_are_not_searched(tmp_path):
    few = ROWS.filter(pl.col("query") < 15)
    tuned = tune(few.lazy(), "clicks", FOLDS, Search(trials=3), tmp_path / "s.sqlite", "one")
    assert tuned.ranker is FOLDS
    assert tuned.about["trials"] == 0
    assert "fewer than 20 queries" in tuned.about["kept"]
    assert not (tmp_path / "s.sqlite").exists()


def test_a_trial_is_what_optuna_gives(tmp_path):
    study = optuna.create_study(direction="maximize")
    trial = study.ask(space_around(FOLDS))
    assert 0 < Judge(ROWS.lazy(), "clicks", FOLDS)(trial.params, trial) <= 1
