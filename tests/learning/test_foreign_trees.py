import json
from copy import deepcopy

import catboost
import numpy as np
import pytest
import xgboost

from data.sound import UnsoundError
from learning.foreign_trees import check_catboost, check_xgboost

ROWS = np.random.default_rng(1).normal(size=(60, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def xgb():
    data = xgboost.DMatrix(ROWS, ROWS[:, 0] + ROWS[:, 1])
    return json.loads(bytes(xgboost.train({"max_depth": 3, "nthread": 1}, data, 2).save_raw("json")))


@pytest.fixture(scope="module")
def cat(tmp_path_factory):
    file = tmp_path_factory.mktemp("cat") / "model.json"
    settings = {"iterations": 2, "depth": 2, "verbose": False, "allow_writing_files": False, "thread_count": 1}
    catboost.CatBoost(settings).fit(ROWS, ROWS[:, 0] + ROWS[:, 1]).save_model(str(file), format="json")
    return json.loads(file.read_text())


def test_what_the_libraries_write_is_sound(xgb, cat):
    check_xgboost(json.dumps(xgb))
    check_catboost(json.dumps(cat))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("left_children", 0, "a child that is not there"),
        ("right_children", 99, "a child that is not there"),
        ("split_indices", 3, "asks for a feature beyond 3"),
        ("split_conditions", float("nan"), "no numbers"),
    ],
)
def test_xgboost_trees_that_lead_out_of_themselves_are_refused(xgb, key, value, said):
    harmed = deepcopy(xgb)
    harmed["learner"]["gradient_booster"]["model"]["trees"][1][key][0] = value
    with pytest.raises(UnsoundError, match=said):
        check_xgboost(json.dumps(harmed))


def test_xgboost_trees_in_a_circle_are_refused(xgb):
    harmed = deepcopy(xgb)
    tree = harmed["learner"]["gradient_booster"]["model"]["trees"][0]
    tree["right_children"][0] = tree["left_children"][0]
    with pytest.raises(UnsoundError, match="met twice"):
        check_xgboost(json.dumps(harmed))
    tree = deepcopy(xgb)["learner"]["gradient_booster"]["model"]["trees"][0]
    harmed["learner"]["gradient_booster"]["model"]["trees"][0] = tree | {"split_indices": [0]}
    with pytest.raises(UnsoundError, match="nodes throughout"):
        check_xgboost(json.dumps(harmed))


def test_catboost_trees_of_other_shapes_are_refused(cat):
    for harm, said in (
        (lambda tree: tree["leaf_values"].pop(), "leaves"),
        (lambda tree: tree["splits"][0].update(float_feature_index=7), "asks for the feature 7 of 3"),
        (lambda tree: tree["leaf_values"].__setitem__(0, float("inf")), "no numbers"),
        (lambda tree: tree["splits"].extend(tree["splits"] * 20), "leaves"),
    ):
        harmed = deepcopy(cat)
        harm(harmed["oblivious_trees"][0])
        with pytest.raises(UnsoundError, match=said):
            check_catboost(json.dumps(harmed))
