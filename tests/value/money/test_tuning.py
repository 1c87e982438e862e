from dataclasses import replace

import pytest

from learning.study import Search
from value.money.folds import group_folds
from value.money.methods import build
from value.money.model import learn_and_judge
from value.money.tuning import space_of, study_name, tune


@pytest.fixture(scope="module")
def rows(make_rows):
    return make_rows(200, anchored=False)


def search(rows, how, storage, trials, **more):
    asked = replace(how("l2", **more), search=Search(trials=trials, prune=True))
    folds = group_folds(rows.group, 3)

    def make(boosting):
        return build("l2", replace(asked.methods, boosting=boosting), anchored=False)

    return tune("l2", make, rows.features.to_numpy(), rows, folds, asked, storage)


def test_the_given_settings_come_first_and_the_best_is_no_worse(rows, how, tmp_path):
    tuned = search(rows, how, tmp_path / "s.sqlite", 4)
    assert tuned.about["best"] <= tuned.about["given"]
    assert tuned.about["metric"] == "rmse"
    assert set(tuned.about["settings"]) == set(space_of(how().methods.boosting))


def test_a_search_goes_on_where_it_stopped(rows, how, tmp_path):
    search(rows, how, tmp_path / "s.sqlite", 2)
    went_on = search(rows, how, tmp_path / "s.sqlite", 4)
    at_once = search(rows, how, tmp_path / "other.sqlite", 4)
    assert went_on == at_once


def test_other_rows_or_measures_are_another_study(rows, how):
    name = study_name("l2", rows, how("l2"))
    assert name == study_name("l2", rows, how("l2"))
    assert name != study_name("l2", replace(rows, target=rows.target + 1), how("l2"))
    assert name != study_name("l2", rows, how("l2", optimize="mae"))
    assert name == study_name("l2", rows, replace(how("l2"), search=Search(trials=9, prune=True)))


@pytest.mark.parametrize("optimize", ["mae", "gini"])
def test_the_named_measure_is_searched(rows, how, tmp_path, optimize):
    found = search(rows, how, tmp_path / "s.sqlite", 3, optimize=optimize).about
    better = found["best"] <= found["given"] if optimize == "mae" else found["best"] >= found["given"]
    assert better


def test_methods_learn_with_what_was_found(rows, how, tmp_path):
    asked = replace(how("l2,tweedie"), search=Search(trials=2), searched="l2")
    learnt = learn_and_judge(rows, asked, studies=tmp_path / "s.sqlite")
    assert learnt.model.report["tuned"]["method"] == "l2"
    assert (tmp_path / "s.sqlite").exists()
    assert learnt.out_of_fold.height == rows.height
