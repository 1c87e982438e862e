import sqlite3
from contextlib import closing

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from data.errors import AisleError
from learning.study import Search, best_of, search, values_of

SPACE = {
    "x": FloatDistribution(-5.0, 5.0),
    "n": IntDistribution(1, 100, log=True),
    "kind": CategoricalDistribution(["good", "bad"]),
}
START = {"x": -4.0, "n": 50, "kind": "bad"}


def bowl(settings, trial):
    """Best, at 0, where x is 2, n is 1 and the kind is good."""
    trial.set_user_attr("twice", 2 * settings["n"])
    return -((settings["x"] - 2) ** 2) - settings["n"] / 100 - (settings["kind"] == "bad")


class Killed(BaseException):
    """As a kill would: nothing is told to the study."""


def dying(after):
    """The bowl, which dies in its n-th call."""
    calls = iter(range(after))

    def objective(settings, trial):
        if next(calls, None) is None:
            raise Killed
        return bowl(settings, trial)

    return objective


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"trials": -1}, "`trials` must be 0 or more, got -1"),
        ({"seed": -1}, "`seed` must be 0 or more, got -1"),
        ({"steps": 1}, "`steps` must be at least 2, got 1"),
        ({"sampler": "cmaes"}, "`sampler` must be tpe, random or grid, got 'cmaes'"),
    ],
)
def test_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        Search(**wrong)


@pytest.mark.parametrize(("sampler", "trials"), [("tpe", 13), ("random", 5), ("grid", 5)])
def test_resumed_equals_uninterrupted(sampler, trials, tmp_path):
    how = Search(trials=trials, sampler=sampler)
    whole = search(bowl, SPACE, tmp_path / "whole.sqlite", how, first=START)
    broken = tmp_path / "broken.sqlite"
    search(bowl, SPACE, broken, Search(trials=2, sampler=sampler), first=START)
    for after in (0, 2):
        with pytest.raises(Killed):
            search(dying(after), SPACE, broken, how, first=START)
    assert search(bowl, SPACE, broken, how, first=START) == whole
    assert len(whole) == trials
    assert [t.number for t in whole] == list(range(trials))
    assert whole[0].settings == START
    assert whole[0].notes == {"twice": 100}


def test_a_killed_trial_is_marked_failed(tmp_path):
    with pytest.raises(Killed):
        search(dying(2), SPACE, tmp_path / "s.sqlite", Search(trials=4))
    assert len(search(bowl, SPACE, tmp_path / "s.sqlite", Search(trials=4))) == 4
    url = f"sqlite:///{tmp_path / 's.sqlite'}"
    study = optuna.load_study(study_name="study", storage=url)
    states = [t.state.name for t in study.get_trials()]
    assert states == ["COMPLETE", "COMPLETE", "FAIL", "COMPLETE", "COMPLETE"]


def test_finished_trials_are_not_made_again_and_fewer_are_the_first(tmp_path):
    path = tmp_path / "s.sqlite"
    all_of_them = search(bowl, SPACE, path, Search(trials=6))
    assert search(dying(0), SPACE, path, Search(trials=6)) == all_of_them
    assert search(dying(0), SPACE, path, Search(trials=4)) == all_of_them[:4]
    assert search(dying(0), SPACE, path, Search()) == []


def test_another_seed_makes_other_trials_and_names_are_studies_of_their_own(tmp_path):
    path = tmp_path / "s.sqlite"
    one = search(bowl, SPACE, path, Search(trials=3), name="one")
    two = search(bowl, SPACE, path, Search(trials=3, seed=7), name="two")
    assert one != two
    assert search(dying(0), SPACE, path, Search(trials=3), name="one") == one


def test_tpe_finds_the_good_settings_and_ties_go_to_the_first(tmp_path):
    tried = search(bowl, SPACE, tmp_path / "s.sqlite", Search(trials=25), first=START)
    best = best_of(tried)
    assert best.settings["kind"] == "good"
    assert best.value > -1
    assert best_of([tried[3], *tried[3:]]) == best_of(tried[3:])
    assert best_of([t for t in tried if t.value == best.value]).number == best.number


def test_grid_visits_every_point_once_and_ends(tmp_path):
    tried = search(bowl, SPACE, tmp_path / "s.sqlite", Search(trials=99, sampler="grid", steps=3), first=START)
    points = [tuple(t.settings.values()) for t in tried[1:]]
    assert sorted(points) == sorted(
        (x, n, kind) for x in (-5.0, 0.0, 5.0) for n in (1, 10, 100) for kind in ("good", "bad")
    )
    assert points != sorted(points)


def test_values_of_a_setting():
    assert values_of(FloatDistribution(0.1, 0.7), 3) == pytest.approx([0.1, 0.4, 0.7])
    assert values_of(FloatDistribution(0.01, 1, log=True), 3) == pytest.approx([0.01, 0.1, 1])
    assert values_of(IntDistribution(1, 2), 5) == [1, 2]
    with pytest.raises(ValueError, match="`distribution` must be one of Optuna's"):
        values_of(None, 3)


def test_pruned_trials_count_but_are_not_returned(tmp_path):
    def slow(settings, trial):
        trial.report(settings["x"], 1)
        if trial.should_prune():
            raise optuna.TrialPruned
        return settings["x"]

    space = {"x": FloatDistribution(0.0, 1.0)}
    tried = search(slow, space, tmp_path / "s.sqlite", Search(trials=12, sampler="random", prune=True))
    assert 5 <= len(tried) < 12
    assert search(slow, space, tmp_path / "s.sqlite", Search(trials=12, sampler="random", prune=True)) == tried


def test_odd_folders_and_other_logging_are_left_alone(tmp_path, capfd):
    path = tmp_path / "a b?#%20" / "s.sqlite"
    before = optuna.logging.get_verbosity()
    search(bowl, SPACE, path, Search(trials=1))
    assert path.is_file()
    assert optuna.logging.get_verbosity() == before
    assert capfd.readouterr().err == ""


def of_another_shape(file):
    file.unlink()
    with closing(sqlite3.connect(file)) as made:
        made.execute("create table studies (mine text)")
        made.commit()


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_bytes(b"no database at all, but a long enough text" * 30),
        lambda file: file.write_bytes(file.read_bytes()[:5_000]),
        lambda file: file.write_bytes(file.read_bytes()[:4_096] + bytes(file.stat().st_size - 4_096)),
        of_another_shape,
    ],
)
def test_a_damaged_study_is_told_in_one_line(tmp_path, harm):
    file = tmp_path / "a?b#c" / "study.sqlite"
    search(lambda settings, trial: settings["x"], {"x": FloatDistribution(0, 1)}, file, Search(trials=2))
    harm(file)
    with pytest.raises(AisleError, match=r"study\.sqlite: is damaged \(.*\); remove it") as error:
        search(lambda settings, trial: settings["x"], {"x": FloatDistribution(0, 1)}, file, Search(trials=3))
    assert "\n" not in str(error.value)
