"""What a shop fits beside its recommender: probabilities, values, a sample of itself."""

import json

import aisle
from tests.aisle.conftest import COLUMNS, SMALL, one_session

FEW_TREES = {"actions.trees": 8, "actions.rival_rows": 1000, "actions.top": 7}
VALUE = {
    "value.cuts": {"first2": {"at": "first_n", "first_n": 2}},
    "value.model.methods": {
        "names": "l2,hurdle",
        "members": "l2",
        "power": 1.5,
        "boosting": {"rounds": 8, "threads": 1},
    },
    "value.model.folds": 2,
    "value.model.forward": 2,
}


def test_probabilities(fitted, log):
    shop = aisle.open(train=log, columns=COLUMNS, settings={**SMALL, **FEW_TREES}, workdir=fitted.workdir)
    recommender = shop.fit_actions()
    assert shop.metrics == fitted.shop.metrics
    assert shop.actions_metrics == json.loads((fitted.workdir / "actions_metrics.json").read_text())
    assert shop.actions.group_by("session").len()["len"].max() == 7
    told = recommender.actions(one_session(log))
    assert told.columns == shop.actions.columns
    assert told.height == 7
    assert told["p_click"].is_between(0, 1).all()


def test_values(log, tmp_path):
    shop = aisle.open(train=log, columns=COLUMNS, settings=VALUE, workdir=tmp_path)
    recommender = shop.fit_value()
    assert list(shop.value_metrics) == list(json.loads((tmp_path / "value_metrics.json").read_text()))
    assert shop.values["expected_value"].is_finite().all()
    told = recommender.value(one_session(log))
    assert told["cut"].to_list() == ["first2"]
    assert told["session"].to_list() == [str(one_session(log)["visit"][0])]


def test_a_sample_keeps_to_its_own_folder(log, tmp_path):
    shop = aisle.open(train=log, columns=COLUMNS, settings=SMALL, workdir=tmp_path, max_sessions=30)
    recommender = shop.fit()
    assert shop.metrics["counts"]["sessions"] == 30
    assert shop.recommendations["session"].n_unique() == 30
    assert recommender.folder == tmp_path / "samples" / "n30"
    assert not (tmp_path / "metrics.json").exists()
    assert recommender.recommend(one_session(log), k=1)["rank"].to_list() == [1, 1, 1]
