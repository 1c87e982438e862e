import re
from itertools import pairwise

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import AisleError
from data.sound import UnsoundError
from learning.boosting import load_model
from learning.lightgbm_text import sound_text
from learning.quick_scorer import forest_of

QUIET = {"verbosity": -1, "num_threads": 1, "min_data_in_leaf": 1, "min_data_per_group": 1, "seed": 1}


def grown(rounds=3, categories="auto", leaves=5):
    rows = np.random.default_rng(1).normal(size=(80, 3))
    rows[:, 2] = np.arange(80) % 7
    data = lgb.Dataset(rows, rows[:, 0] + rows[:, 2] % 3, categorical_feature=categories)
    parameters = QUIET | {"objective": "regression", "num_leaves": leaves}
    return lgb.train(parameters, data, num_boost_round=rounds).model_to_string()


def edited(text, name, place, value, tree=0):
    """The text with one value of one line of a tree replaced."""
    lines, seen = text.split("\n"), -1
    for number, line in enumerate(lines):
        seen += line.startswith("Tree=")
        if line.startswith(f"{name}=") and seen == tree:
            values = line.partition("=")[2].split()
            values[place] = str(value)
            lines[number] = f"{name}={' '.join(values)}"
            break
    text = "\n".join(lines)
    starts = [m.start() for m in re.finditer(r"^Tree=", text, re.MULTILINE)] + [text.index("end of trees")]
    return re.sub(r"tree_sizes=.*", f"tree_sizes={' '.join(str(b - a) for a, b in pairwise(starts))}", text)


@pytest.mark.parametrize(
    ("rounds", "categories", "leaves"), [(0, "auto", 5), (3, "auto", 5), (3, [2], 5), (2, "auto", 2)]
)
def test_what_lightgbm_writes_is_sound(rounds, categories, leaves):
    text = grown(max(rounds, 1), categories, leaves)
    if not rounds:
        text = lgb.Booster(QUIET, lgb.Dataset(np.zeros((9, 3)), np.arange(9))).model_to_string()
    read, sound = (lgb.Booster(model_str=told) for told in (text, sound_text(text)))
    rows = np.random.default_rng(2).normal(size=(50, 3))
    assert sound.num_trees() == read.num_trees()
    assert sound.feature_name() == read.feature_name()
    for how in ({}, {"raw_score": True}, {"pred_contrib": True}):
        assert np.array_equal(sound.predict(rows, **how), read.predict(rows, **how))
    assert sound.feature_importance("gain").tolist() == read.feature_importance("gain").tolist()


@pytest.mark.parametrize(
    ("name", "place", "value", "said"),
    [
        ("left_child", 1, 0, "tree 0 has a child that is its own parent"),
        ("left_child", 0, 0, "tree 0 has a child that is its own parent"),
        ("right_child", 0, 99, "tree 0 has a child that is not there"),
        ("left_child", -1, -99, "tree 0 has a child that is not there"),
        ("split_feature", 0, 3, "tree 0 asks for a feature beyond 3"),
        ("split_feature", 0, -1, "tree 0 asks for a feature beyond 3"),
        ("threshold", 0, "nan", "tree 0 has a `threshold` that is no number"),
        ("leaf_value", 0, "inf", "`leaf_value` has values that are no numbers"),
        ("num_leaves", 0, 6, "has 4 of 5 in `split_feature`"),
        ("num_leaves", 0, 0, "has 0 leaves"),
        ("decision_type", 0, 3, "tree 0 asks for categories"),
        ("leaf_weight", 1, "1e", "tree 0 has '1e' in `leaf_weight`"),
    ],
)
def test_what_would_lead_out_of_the_trees_is_refused(name, place, value, said):
    with pytest.raises(UnsoundError, match=said):
        sound_text(edited(grown(), name, place, value))


def test_categories_that_are_not_there_are_refused():
    text = grown(3, [2])
    tree = next(n for n, part in enumerate(text.split("\nTree=")[1:]) if "num_cat=0" not in part)
    kinds = text.split("\nTree=")[tree + 1].split("decision_type=")[1].split("\n")[0].split()
    node = next(n for n, kind in enumerate(kinds) if int(kind) & 1)
    with pytest.raises(UnsoundError, match="asks for categories"):
        sound_text(edited(text, "threshold", node, 77, tree))


@pytest.mark.parametrize("sizes", ["tree_sizes=9999999 1 1", "tree_sizes=1", "tree_sizes=", "tree_sizes=-5 3 2"])
def test_sizes_that_lead_beyond_the_text_are_refused(sizes):
    with pytest.raises(UnsoundError):
        sound_text(re.sub(r"tree_sizes=.*", sizes, grown()))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_damage_brings_it_down(data):
    """Whatever is done to a text, it is refused, or a model that answers as many rows as were asked."""
    text = bytearray(TEXT)
    kind = data.draw(st.sampled_from(["flip", "cut", "zero", "digit"]))
    place = data.draw(st.integers(0, len(text) - 1))
    if kind == "cut":
        del text[place:]
    elif kind == "zero":
        text[place : place + 40] = bytes(len(text[place : place + 40]))
    else:
        text[place] = (
            ord("9") if kind == "digit" else text[place] ^ data.draw(st.sampled_from([1, 2, 4, 8, 16, 32, 64]))
        )
    try:
        told = bytes(text).decode("latin-1")
        booster = lgb.Booster(model_str=sound_text(told))
    except (ValueError, KeyError, IndexError, lgb.basic.LightGBMError):
        return
    assert len(booster.predict(np.zeros((4, 3)))) == 4
    forest = forest_of(booster)
    assert forest is None or len(forest(np.zeros((3, 4), np.float32), 1)) == 4


TEXT = grown().encode()


def test_a_damaged_file_is_told_in_one_line(tmp_path):
    (tmp_path / "model.txt").write_text(edited(grown(), "split_feature", 0, 9))
    with pytest.raises(
        AisleError, match=r"model\.txt: is damaged \(tree 0 asks for a feature beyond 3\); remove it"
    ) as e:
        load_model(tmp_path / "model.txt")
    assert "\n" not in str(e.value)


def test_fewer_columns_than_the_trees_ask_for_are_refused():
    forest = forest_of(lgb.Booster(model_str=grown()))
    with pytest.raises(UnsoundError, match="the trees ask for 3 columns of 2"):
        forest(np.zeros((2, 4), np.float32), 1)


@pytest.mark.parametrize("objective", ["regression", "regression_l1", "binary", "gamma", "tweedie", "poisson"])
@pytest.mark.parametrize("boost_from_average", [True, False])
@pytest.mark.parametrize("rows", [np.zeros((40, 3)), np.arange(120.0).reshape(40, 3) % 7])
def test_trees_of_one_leaf_are_sound_whatever_is_learnt(objective, boost_from_average, rows):
    """Nothing to split by at all, and nothing that may be split: the forms in which a constant is written."""
    labels = np.arange(40) % 2 + (0.0 if objective == "binary" else 1.0)
    for least in (1, 30):
        told = QUIET | {"objective": objective, "boost_from_average": boost_from_average, "min_data_in_leaf": least}
        booster = lgb.train(told, lgb.Dataset(rows, labels, params=told), num_boost_round=3)
        for text in (booster.model_to_string(), booster.model_to_string(num_iteration=1)):
            sound = lgb.Booster(model_str=sound_text(text))
            assert np.array_equal(sound.predict(rows), lgb.Booster(model_str=text).predict(rows))


@pytest.mark.parametrize("boosting", ["gbdt", "rf", "dart"])
def test_other_ways_of_boosting_and_several_classes_are_sound(boosting):
    rows = np.random.default_rng(1).normal(size=(90, 3))
    told = QUIET | {"objective": "multiclass", "num_class": 3, "boosting": boosting, "bagging_freq": 1}
    told |= {"bagging_fraction": 0.7, "feature_fraction": 0.7}
    text = lgb.train(told, lgb.Dataset(rows, np.arange(90) % 3), num_boost_round=4).model_to_string()
    read, sound = (lgb.Booster(model_str=one) for one in (text, sound_text(text)))
    assert np.array_equal(sound.predict(rows), read.predict(rows))
