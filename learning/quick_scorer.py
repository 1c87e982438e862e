"""Score rows by LightGBM's trees, many rows at once and each tree without branches.

QuickScorer: Lucchese, Nardini, Orlando, Perego, Tonellotto, Venturini 2015, "QuickScorer: a fast algorithm to rank
documents with additive ensembles of regression trees"; with rows side by side: the same 2016, "Exploiting CPU SIMD
extensions to speed-up document scoring with tree ensembles". A tree's leaves are the bits of a word. Every node whose
test sends a row to the right clears the leaves on its left; the row's leaf is the lowest bit that is left. Leaves are
added in the order of the trees, in double precision: the sums are LightGBM's own, bit for bit.
"""

from typing import Any, NamedTuple

import lightgbm as lgb
import numba
import numpy as np
import numpy.typing as npt

from data.in_parts import in_parts
from data.sound import need
from learning.lightgbm_text import sections

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
MOST_LEAVES = 64
ROWS_AT_ONCE = 256
FEW = 1_024  # rows that no thread is worth starting for
CATEGORY, DEFAULT_LEFT, MISSING_ZERO, MISSING_NAN = 1, 2, 4, 8  # bits of LightGBM's decision_type
PLACES = np.zeros(64, np.int64)  # of a word's single bit, by the upper six bits of its product with the number below
SEQUENCE = np.uint64(0x03F79D71B4CB0A89)  # de Bruijn: all its runs of six bits differ
for _place in range(64):
    PLACES[(int(SEQUENCE) << _place & (1 << 64) - 1) >> 58] = _place


class Forest(NamedTuple):
    """Trees as the kernel reads them; nodes and leaves one tree after the other, leaves from left to right.

    Parameters
    ----------
    features
        Each node's column.
    thresholds
        Each node's test: a row goes right where its value is greater.
    missing_right
        Whether a row without the value goes right too.
    masks
        Each node's word: 0 at the leaves on its left. u32 or, for more than 32 leaves, u64.
    node_starts
        Where each tree's nodes start, and the end.
    leaves
        What they add.
    leaf_starts
        Where each tree's leaves start.
    """

    features: npt.NDArray[np.int32]
    thresholds: Floats32
    missing_right: npt.NDArray[np.bool_]
    masks: npt.NDArray[Any]
    node_starts: npt.NDArray[np.int64]
    leaves: Floats
    leaf_starts: npt.NDArray[np.int64]

    def __call__(self, columns: Floats32, threads: int) -> Floats:
        """The trees' sum for each row.

        Parameters
        ----------
        columns
            The model's columns, NaN where a value is missing; shape (columns, rows).
        threads
            Parts of the rows that are scored at once; the answers do not depend on it.
        """
        asked = int(self.features.max(initial=-1)) + 1
        need(asked <= len(columns), f"the trees ask for {asked:,} columns of {len(columns):,}")
        columns = np.ascontiguousarray(columns, np.float32)  # one layout, or the kernel is compiled for another
        scores = np.zeros(columns.shape[1])
        in_parts(len(scores), threads, lambda share: _add(columns, self, share, scores, PLACES), FEW)
        return scores


def forest_of(booster: lgb.Booster) -> Forest | None:
    """The trees of a model; null where they are of a kind that only LightGBM itself scores.

    That is: more than 64 leaves a tree, splits by category, zeros taken as missing, linear leaves, several trees a
    round, averaged trees.
    """
    head, *trees = sections(booster.model_to_string())
    plain = head.get("num_tree_per_iteration") == "1" and "average_output" not in head
    if not plain or not trees or any(not _is_plain(tree) for tree in trees):
        return None
    most = max(int(tree["num_leaves"]) for tree in trees)
    word = np.uint32 if most <= 32 else np.uint64
    nodes = [int(tree["num_leaves"]) - 1 for tree in trees]
    masks, leaves = zip(*(_masks_and_leaves(tree, word) for tree in trees), strict=True)
    exact = _joined(trees, "threshold", np.float64)
    decision = _joined(trees, "decision_type", np.uint8)
    # where nothing was missing in training, LightGBM takes a missing value as 0
    missing_right = np.where(decision & MISSING_NAN, (decision & DEFAULT_LEFT) == 0, exact < 0)
    return Forest(
        features=_joined(trees, "split_feature", np.int32),
        thresholds=_rounded_down(exact),
        missing_right=missing_right,
        masks=np.concatenate(masks),
        node_starts=np.cumsum([0, *nodes], dtype=np.int64),
        leaves=np.concatenate(leaves),
        leaf_starts=np.cumsum([0, *(n + 1 for n in nodes[:-1])], dtype=np.int64),
    )


def _is_plain(tree: dict[str, str]) -> bool:
    kinds = np.array(tree.get("decision_type", "").split(), np.uint8)
    few = int(tree["num_leaves"]) <= MOST_LEAVES
    return few and tree.get("is_linear", "0") == "0" and not (kinds & (CATEGORY | MISSING_ZERO)).any()


def _joined(trees: list[dict[str, str]], name: str, kind: type) -> npt.NDArray[Any]:
    return np.concatenate([np.array(tree.get(name, "").split(), kind) for tree in trees])


def _rounded_down(exact: Floats) -> Floats32:
    """The greatest f32 not above: an f32 value is greater than it just where it is greater than the exact one."""
    with np.errstate(over="ignore"):
        near = exact.astype(np.float32)
    return np.where(near > exact, np.nextafter(near, np.float32(-np.inf)), near).astype(np.float32)


def _masks_and_leaves(tree: dict[str, str], word: type) -> tuple[npt.NDArray[Any], Floats]:
    """Each node's word, and the leaves' values from left to right."""
    values = np.array(tree["leaf_value"].split(), np.float64)
    left, right = ([int(child) for child in tree.get(f"{side}_child", "").split()] for side in ("left", "right"))
    full = int(np.iinfo(word).max)
    masks, order, first = [full] * len(left), [], [0] * len(left)
    todo = [(0, False)] if left else []
    while todo:  # in order: a node's left, the node itself, its right
        node, seen_left = todo.pop()
        if node < 0:
            order.append(~node)
        elif seen_left:
            masks[node] = full ^ ((1 << len(order)) - (1 << first[node]))
            todo.append((right[node], False))
        else:
            first[node] = len(order)
            todo += [(node, True), (left[node], False)]
    return np.array(masks, word), values[order] if order else values


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _add(
    columns: Floats32, forest: Forest, rows: tuple[int, int], scores: Floats, places: npt.NDArray[np.int64]
) -> None:  # pragma: no cover
    """Add every tree's leaf to some of the rows' scores."""
    bits = np.empty(ROWS_AT_ONCE, forest.masks.dtype)
    every = ~np.zeros(1, forest.masks.dtype)[0]
    for start in range(rows[0], rows[1], ROWS_AT_ONCE):
        n = min(ROWS_AT_ONCE, rows[1] - start)
        for tree in range(len(forest.leaf_starts)):
            bits[:n] = every
            for node in range(forest.node_starts[tree], forest.node_starts[tree + 1]):
                values = columns[forest.features[node], start : start + n]
                threshold, mask = forest.thresholds[node], forest.masks[node]
                if forest.missing_right[node]:  # each of these loops becomes a few wide instructions
                    for row in range(n):
                        bits[row] &= every if values[row] <= threshold else mask
                else:
                    for row in range(n):
                        bits[row] &= mask if values[row] > threshold else every
            first = forest.leaf_starts[tree]
            for row in range(n):
                word = np.uint64(bits[row])
                lowest = word & (~word + np.uint64(1))
                scores[start + row] += forest.leaves[first + places[(lowest * SEQUENCE) >> np.uint64(58)]]
