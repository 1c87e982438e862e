"""LightGBM's text of trees, looked at before LightGBM or a kernel walks them: they go wherever a number sends them."""

import re

import numpy as np
import numpy.typing as npt

from data.sound import need, need_finite

CATEGORY = 1  # a bit of `decision_type`
END = "end of trees\n"
TAIL = f"{END}\nfeature_importances:\n\nparameters:\n[boosting: gbdt]\nend of parameters\n\npandas_categorical:null\n"
"""What follows the trees, and is nothing that an answer depends on."""
WHOLE = re.compile(r"-?\d{1,9}")  # what 32 bits hold
WORD = re.compile(r"\d{1,10}")
NUMBER = re.compile(r"-?(?:\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?|inf|nan)")
INFO = re.compile(rf"none|\[{NUMBER.pattern}:{NUMBER.pattern}\]|-?\d{{1,9}}(?::-?\d{{1,9}})*")
STRANGE = re.compile(r"[^\n -~]")
OBJECTIVE = re.compile(r"[A-Za-z0-9_:. +-]{1,200}")
HEAD = ("version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx", "objective")
NAMES = ("feature_names", "feature_infos", "tree_sizes")
OF_NODES = {
    **dict.fromkeys(("split_feature", "decision_type", "left_child", "right_child", "internal_count"), WHOLE),
    **dict.fromkeys(("threshold", "split_gain", "internal_value", "internal_weight"), NUMBER),
}
OF_LEAVES = {"leaf_value": NUMBER, "leaf_weight": NUMBER, "leaf_count": WHOLE}
OF_CATEGORIES = {"cat_boundaries": WHOLE, "cat_threshold": WORD}
OF_TREE = {"num_leaves": WHOLE, "num_cat": WHOLE, "is_linear": WHOLE, "shrinkage": NUMBER}
Section = dict[str, str]


def sections(text: str) -> list[Section]:
    """The model's head and its trees, each as its named lines."""
    parts = text.split(END, maxsplit=1)[0].split("\nTree=")
    return [dict(line.partition("=")[::2] for line in part.splitlines()) for part in parts]


def sound_text(text: str) -> str:
    """The text of trees that LightGBM can be given, without what it does not need.

    Every line, number and length is looked at: LightGBM ends the process at a number that is none, and reads on
    beyond a list that is too short.

    Raises
    ------
    UnsoundError
        Where its trees are none, or lead out of the columns, out of themselves or in a circle: naming the tree.
    """
    need(text.startswith("tree\nversion=") and END in text, "it is no text of trees, or is cut off")
    trees_text = text.split(END, maxsplit=1)[0]
    need(not STRANGE.search(trees_text), "it holds characters that no such text has")
    head, *trees = sections(text)
    _check_head(head, len(trees))
    _check_sizes(trees_text, head)
    for number, tree in enumerate(trees):
        _check_tree(number, tree, int(head["max_feature_idx"]) + 1)
    return trees_text + TAIL


def _check_head(head: Section, trees: int) -> None:
    known = {"tree", "", "average_output", *HEAD, *NAMES}
    need(known >= set(head) >= {*HEAD, *NAMES}, "its head is damaged")
    classes, a_round, label, features = (int(_word(head[name], WHOLE, name)) for name in HEAD[1:5])
    features += 1
    need(classes >= 1 and a_round == classes and label >= 0 and trees % a_round == 0, "its head is damaged")
    need(features >= 1 and len(head["feature_names"].split()) == features, f"it names not all of {features:,} features")
    need(len(_words(head, "feature_infos", INFO, "its head")) == features, f"it knows not all of {features:,} features")
    asked = re.findall(r"num_class:(\S*)", head["objective"])
    need(OBJECTIVE.fullmatch(head["objective"]) and set(asked) <= {str(classes)}, "its objective is damaged")


def _check_sizes(text: str, head: Section) -> None:
    """The sizes by which LightGBM finds where each tree begins."""
    place = text.find("\nTree=") + 1 if "\nTree=" in text else len(text)
    for number, size in enumerate(_words(head, "tree_sizes", WHOLE, "its head")):
        need(int(size) > 0 and text.startswith(f"Tree={number}\n", place), f"tree {number} is not where it should be")
        place += int(size)
    need(place == len(text), "its trees do not end where they should")


def _check_tree(number: int, tree: Section, features: int) -> None:
    name = f"tree {number}"
    need(set(tree) <= {str(number), "", *OF_TREE, *OF_NODES, *OF_LEAVES, *OF_CATEGORIES}, f"{name} has unknown lines")
    leaves, categories, linear = (int(_word(tree[key], WHOLE, name)) for key in ("num_leaves", "num_cat", "is_linear"))
    _word(tree["shrinkage"], NUMBER, name)
    need(leaves >= 1 and categories >= 0 and not linear, f"{name} has {leaves:,} leaves")
    read = {key: _words(tree, key, kind, name) for key, kind in (OF_NODES | OF_LEAVES).items()}
    for key, words in read.items():
        expected = leaves if key in OF_LEAVES else leaves - 1
        alone = leaves == 1 and key in ("leaf_weight", "leaf_count") and not words  # some versions of it say nothing
        need(alone or len(words) == expected, f"{name} has {len(words):,} of {expected:,} in `{key}`")
    need_finite(np.array(read["leaf_value"], np.float64), "leaf_value")
    threshold = np.array(read["threshold"], np.float64)
    need(not np.isnan(threshold).any(), f"{name} has a `threshold` that is no number")
    split, kinds, left, right = (np.array(read[key], np.int64) for key in list(OF_NODES)[:4])
    need(((split >= 0) & (split < features)).all(), f"{name} asks for a feature beyond {features:,}")
    check_children(left, right, name)
    _check_categories(tree, categories, threshold[(kinds & CATEGORY) > 0], name)


def check_children(left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], name: str) -> None:
    """Refuse children that are not of one tree: every node and leaf once, and each node after its parent.

    Parameters
    ----------
    left, right
        Of each node: a node's number, or the complement of a leaf's.
    name
        What messages call the tree.
    """
    if not len(left):
        return
    both = np.concatenate([left, right])
    parents = np.tile(np.arange(len(left)), 2)
    inner = both >= 0
    need((both[inner] > parents[inner]).all(), f"{name} has a child that is its own parent")
    once = np.concatenate([np.arange(1, len(left)), ~np.arange(len(left) + 1)])
    need(np.array_equal(np.sort(both), np.sort(once)), f"{name} has a child that is not there, or is another's")


def _check_categories(tree: Section, count: int, asked: npt.NDArray[np.float64], name: str) -> None:
    """Sets of categories, as bits of words: where each starts, and which ones nodes ask for."""
    need(((asked >= 0) & (asked < count)).all(), f"{name} asks for categories that it has not")
    if count:
        bounds = np.array(_words(tree, "cat_boundaries", WHOLE, name), np.int64)
        words = len(_words(tree, "cat_threshold", WORD, name))
        whole = len(bounds) == count + 1 and bounds[0] == 0 and bounds[-1] == words and (np.diff(bounds) > 0).all()
        need(whole, f"{name} has damaged categories")


def _words(section: Section, key: str, kind: re.Pattern[str], name: str) -> list[str]:
    """A line's numbers, as they are written."""
    need(key in section, f"{name} lacks `{key}`")
    words = section[key].split()
    wrong = next((word for word in words if not kind.fullmatch(word)), None)
    need(wrong is None, f"{name} has {wrong!r} in `{key}`")
    return words


def _word(text: str, kind: re.Pattern[str], name: str) -> str:
    need(kind.fullmatch(text), f"{name} has {text!r} where a number is needed")
    return text
