"""Annoy's file, looked at before Annoy maps it: its trees go wherever a number in it sends them.

The file is an array of nodes of one size. A node has how many items lie below it, and either a split, with two nodes
below, or so many items themselves; the items' own nodes come first, and the roots stand once more at the end.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.sound import need

HEAD = 4  # numbers before a node's vector: items below, the split's offset, two children
ONCE = 1_000_000  # nodes looked at together


def check_index(file: Path, vectors: npt.NDArray[np.float32]) -> None:
    """Refuse a file that is no index of these vectors, or whose nodes lead out of it or back.

    Parameters
    ----------
    file
        What `nearest.write_index` wrote.
    vectors
        The rows that it is of.

    Raises
    ------
    UnsoundError
        If it is not that.
    """
    items, width = vectors.shape
    size, a_node = file.stat().st_size, 4 * (HEAD + width)
    need(size and size % a_node == 0, f"{file.name} has {size:,} bytes, no multiple of {a_node}")
    numbers = np.memmap(file, np.int32, "r").reshape(-1, HEAD + width)
    need(len(numbers) > items, f"{file.name} has {len(numbers):,} nodes for {items:,} items")
    need((numbers[:items, 0] == 1).all(), f"{file.name} has other items than the vectors")
    told = numbers[:items, HEAD:].view(np.float32)
    need(np.array_equal(told, vectors), f"{file.name} has other vectors")
    need(numbers[-1, 0] == items, f"{file.name} ends with no root")
    for first in range(items, len(numbers), ONCE):
        _check_nodes(numbers[first : first + ONCE], first, items, width, file.name)


def _check_nodes(nodes: npt.NDArray[np.int32], first: int, items: int, width: int, name: str) -> None:
    below = nodes[:, 0]
    need(((below >= 1) & (below <= items)).all(), f"{name} has a node with no items, or too many")
    most = width + 2  # items that fit where a split's children and vector would stand
    splits = below > most
    children = nodes[splits, 2:HEAD]
    need(((children >= 0) & (children < (first + np.flatnonzero(splits))[:, None])).all(), f"{name} leads out or back")
    buckets = nodes[~splits]
    held = np.arange(most) < buckets[:, :1]
    found = buckets[:, 2:][held]
    need(((found >= 0) & (found < items)).all(), f"{name} holds items that are not there")
