"""XGBoost's and CatBoost's json of trees, looked at before the libraries walk them (see `learning.lightgbm_text`)."""

import json
from typing import Any

import numpy as np
import numpy.typing as npt

from data.sound import need, need_finite

DEEPEST = 16  # of CatBoost's symmetric trees


def check_xgboost(text: str | bytes) -> None:
    """Refuse XGBoost's json where a tree leads out of the columns, out of itself or in a circle.

    Raises
    ------
    UnsoundError
        Naming the tree.
    """
    learner = json.loads(text)["learner"]
    features = int(learner["learner_model_param"]["num_feature"])
    booster = learner["gradient_booster"]
    model = booster.get("model") or booster["gbtree"]["model"]
    trees = model["trees"]
    need(
        int(model["gbtree_model_param"]["num_trees"]) == len(trees),
        f"it holds {len(trees):,} trees, and others in number",
    )
    need(len(model["tree_info"]) == len(trees), "its trees are not all told of")
    for number, tree in enumerate(trees):
        _check_walk(tree, features, f"tree {number}")


def _check_walk(tree: dict[str, Any], features: int, name: str) -> None:
    nodes = int(tree["tree_param"]["num_nodes"])
    left, right, split = (np.array(tree[key], np.int64) for key in ("left_children", "right_children", "split_indices"))
    values = np.array(tree["split_conditions"], np.float64)
    sizes = {len(left), len(right), len(split), len(values), len(tree["default_left"])}
    need(nodes >= 1 and sizes == {nodes}, f"{name} has not {nodes:,} nodes throughout")
    need_finite(values, "split_conditions")
    seen: npt.NDArray[np.bool_] = np.zeros(nodes, np.bool_)
    here = np.zeros(1, np.int64)
    while len(here):  # a level of the tree at a time
        need(not seen[here].any() and len(np.unique(here)) == len(here), f"{name} has a node that is met twice")
        seen[here] = True
        inner = here[left[here] != -1]
        need(((split[inner] >= 0) & (split[inner] < features)).all(), f"{name} asks for a feature beyond {features:,}")
        here = np.concatenate([left[inner], right[inner]])
        need(((here > 0) & (here < nodes)).all(), f"{name} has a child that is not there")


def check_catboost(text: str | bytes) -> None:
    """Refuse CatBoost's json where a symmetric tree asks for no feature of its own or has not all of its leaves.

    Raises
    ------
    UnsoundError
        Naming the tree.
    """
    model = json.loads(text)
    features = len(model["features_info"]["float_features"])
    for number, tree in enumerate(model["oblivious_trees"]):
        name, splits, leaves = f"tree {number}", tree["splits"] or [], np.array(tree["leaf_values"], np.float64)
        need(len(splits) <= DEEPEST and len(leaves) == 2 ** len(splits), f"{name} has {len(leaves):,} leaves")
        need_finite(leaves, "leaf_values")
        for split in splits:
            asked = int(split["float_feature_index"])
            need(0 <= asked < features, f"{name} asks for the feature {asked:,} of {features:,}")
            need(np.isfinite(split["border"]), f"{name} has a border that is no number")
