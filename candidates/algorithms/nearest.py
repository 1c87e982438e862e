"""Nearest neighbours among unit vectors: an Annoy index on disk, asked in this process or in several."""

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from annoy import AnnoyIndex
from numpy.typing import NDArray
from pandarallel import pandarallel

METRIC: Final = "euclidean"
"""Of unit vectors it orders as the cosine does; Annoy's own `angular` misses half of the neighbours of item vectors."""

Floats = NDArray[np.float32]
Found = tuple[NDArray[np.int64], NDArray[np.int64], Floats]
"""How many each lookup found, then all found ids and their distances in one row."""


@dataclass(frozen=True)
class Index:
    """An Annoy index on disk, and how it is asked.

    Parameters
    ----------
    file
        Annoy's own file, memory-mapped where it is read, so that processes share one copy.
    dimension
        Of its vectors.
    search_k
        Nodes looked at a lookup: more is nearer to exact and slower; -1 for Annoy's own choice, trees x n.
    parallel_from
        So many lookups at once go to several processes: below it, starting them costs more than they save.
    processes
        At most; null for the CPUs that this process may use.
    """

    file: Path
    dimension: int
    search_k: int = -1
    parallel_from: int = 10_000
    processes: int | None = None


def write_index(vectors: Floats, file: Path, trees: int, seed: int) -> None:
    """Write an index of the rows of `vectors`, whose ids are the row numbers; no file where there are no rows.

    Parameters
    ----------
    vectors
        Unit vectors (n, dimension).
    file
        Where to.
    trees
        More trees, nearer to exact.
    seed
        Of the trees' splits.

    Notes
    -----
    Random projection trees: Bernhardsson, https://github.com/spotify/annoy. The index is built on disk, in zeroed
    pages: Annoy leaves bytes of a node unset, and memory from the heap would show in them.
    """
    if not len(vectors):
        return
    index = AnnoyIndex(vectors.shape[1], METRIC)
    index.set_seed(seed)
    index.on_disk_build(str(file))
    for row, vector in enumerate(vectors):
        index.add_item(row, vector.tolist())
    index.build(trees, n_jobs=1)
    index.unload()


def opened(index: Index) -> AnnoyIndex:
    """The index, memory-mapped and ready to be asked by any thread; it must have been written of some vectors."""
    mapped = AnnoyIndex(index.dimension, METRIC)
    mapped.load(str(index.file))
    return mapped


def nearest(
    index: Index, asked: NDArray[np.int64] | Floats, n: int, ready: AnnoyIndex | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """The `n` nearest ids of every asked id (in one dimension) or unit vector (rows of two).

    Parameters
    ----------
    index
        What to ask.
    asked
        Ids (i64, of which each is among its own nearest) or vectors (f32).
    n
        Ids a lookup at most.
    ready
        The index as `opened` gave it, if it is: opening takes longer than a lookup.

    Returns
    -------
    tuple
        How many each lookup found, then all found ids and scores f32: the cosine, from the distance d as 1 - d^2 / 2.
    """
    processes = index.processes or len(os.sched_getaffinity(0))
    if not len(asked):
        parts: list[Found] = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))]
    elif len(asked) < index.parallel_from or processes == 1:
        parts = [_look_up(ready or opened(index), index.search_k, n, asked)]
    else:
        chunks = _as_series(np.array_split(asked, min(processes, len(asked))))
        with _forking():
            pandarallel.initialize(nb_workers=len(chunks), progress_bar=False, verbose=0, use_memory_fs=False)
            parts = list(chunks.parallel_apply(partial(_open_and_look_up, index, n)))
    counts, ids, distances = (np.concatenate([part[i] for part in parts]) for i in range(3))
    return counts, ids, (1 - distances.astype(np.float64) ** 2 / 2).astype(np.float32)


def _open_and_look_up(index: Index, n: int, asked: NDArray[np.int64] | Floats) -> Found:
    """Answer one share, without Polars, as it runs in a fork."""
    return _look_up(opened(index), index.search_k, n, asked)


def _look_up(ready: AnnoyIndex, search_k: int, n: int, asked: NDArray[np.int64] | Floats) -> Found:
    """Answer one lookup at a time, as Annoy's interface wants it."""
    ask = ready.get_nns_by_item if asked.ndim == 1 else ready.get_nns_by_vector
    counts = np.empty(len(asked), dtype=np.int64)
    ids, distances = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.float32)]
    for row, one in enumerate(asked):
        found, apart = ask(one.tolist(), n, search_k, True)
        counts[row] = len(found)
        ids.append(np.array(found, dtype=np.int64))
        distances.append(np.array(apart, dtype=np.float32))
    return counts, np.concatenate(ids), np.concatenate(distances)


def _as_series(chunks: Sequence[NDArray[np.generic]]) -> pd.Series:
    """One array an element, which the constructor would unpack where all have one shape."""
    elements = np.empty(len(chunks), dtype=object)
    for i, chunk in enumerate(chunks):
        elements[i] = chunk
    return pd.Series(elements)


@contextmanager
def _forking() -> Iterator[None]:
    """Silence the warning of Python 3.12 at a fork beside threads (Polars' here): the forked lookups touch none."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r".*use of fork\(\) may", category=DeprecationWarning)
        yield
