"""Co-visit pairs counted a range of items at a time, as a table of all pairs outgrows memory long before the log."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from candidates.covisit.best import Scoring, best_rows, make_slots
from candidates.covisit.loops import Codes, Floats, Ints, Log, Rules, list_pairs, tally
from candidates.covisit.member import CoVisit
from candidates.covisit.rules import compile_rules, compile_scoring

SCHEMA = {"item": pl.UInt32, "neighbour": pl.UInt32, "rank": pl.UInt16, "score": pl.Float32}
ROW_BYTES = 14  # of SCHEMA
GROUP = 2**20  # rows written at once, whatever the ranges of items


def write_neighbours(
    log: Log,
    members: Mapping[str, CoVisit],
    until_ms: int,
    tables: Mapping[str, Path],
    *,
    threads: int,
    memory_mib: int,
) -> None:
    """Write every item's best neighbours for all members, in one pass over the pairs.

    The sessions are walked once for the items' sums. Then, a range of items at a time, they are walked for the pairs
    of these items, which are listed item by item with their weights, and each item's are summed in an array over the
    catalogue. Besides the log in its files, memory holds for each member 16 bytes an item of the catalogue, as much
    again per thread (and 8 an item while the sums are taken), and `memory_mib` of pairs and answers; ranges are as
    many as that takes.

    Parameters
    ----------
    log
        The events; codes as low as can be, as the catalogue's size is the highest.
    members
        By name.
    until_ms
        The end of the history, from which ages count.
    tables
        Each member's parquet file: NEIGHBOURS sorted by (item, rank). Scores are ratios of sums of whole numbers of
        2^-24 (`data.fixed`), ties go to the smaller code.
    threads
        Ranges of items counted at once; the answer does not depend on it.
    memory_mib
        For the pairs and answers of ranges that are being counted, all threads together.

    Notes
    -----
    Summing one row at a time in a dense array: Gustavson 1978, "Two fast algorithms for sparse matrices". Sorting
    what goes to many places into ranges first: Beamer, Asanovic, Patterson 2017, "Reducing Pagerank communication via
    propagation blocking".
    """
    frames: Iterable[list[pl.DataFrame]] = []
    with ThreadPoolExecutor(threads) as pool:
        if len(log.events):
            frames = _count(log, list(members.values()), until_ms, pool, threads, memory_mib * 2**20)
        _write(frames, [tables[name] for name in members])


def _count(
    log: Log, members: list[CoVisit], until_ms: int, pool: ThreadPoolExecutor, threads: int, budget: int
) -> Iterator[list[pl.DataFrame]]:
    """NEIGHBOURS of one range of items after the other, for each member."""
    rules = compile_rules(members, log, until_ms)
    room, out, into = _sums(log, rules, pool, threads)
    scoring = compile_scoring(members, out, into)
    edges = _edges(room, len(members), int(scoring.keep.max()), budget, threads)
    most = int(np.add.reduceat(room, edges[:-1]).max())
    desks: SimpleQueue[tuple[Codes, Floats]] = SimpleQueue()  # one for each range being counted
    for _ in range(threads):
        desks.put((np.empty((most, 1 + len(members)), np.uint32), make_slots(scoring.its)))
    count = partial(_count_range, log, rules, scoring, room, desks)
    return pool.map(count, pairwise(edges.tolist()))


def _sums(log: Log, rules: Rules, pool: ThreadPoolExecutor, threads: int) -> tuple[Ints, Ints, Ints]:
    """(items) the rows that an item's pairs need, one of them spare; (items, members) its pairs' sums, out and into."""
    spans = pairwise(np.linspace(0, len(log.offsets) - 1, threads + 1).astype(np.int64).tolist())
    sums, *others = pool.map(lambda span: tally(log, rules, *span), spans)
    for other in others:
        sums += other
    members = len(rules.window)
    return sums[:, 0] + 1, sums[:, 1 : 1 + members], sums[:, 1 + members :]


def _edges(room: Ints, members: int, neighbours: int, budget: int, threads: int) -> Ints:
    """Where the ranges of items begin: each within its share of the budget, and several a thread to share the work."""
    size = np.cumsum(room * (4 + 4 * members) + members * ROW_BYTES * neighbours)
    most = budget // threads
    step = max(1, most if threads == 1 else min(most, int(size[-1]) // (2 * threads) + 1))
    return np.unique(np.concatenate([[0], np.flatnonzero(np.diff(size // step)) + 1, [len(size)]]))


def _count_range(
    log: Log,
    rules: Rules,
    scoring: Scoring,
    room: Ints,
    desks: "SimpleQueue[tuple[Codes, Floats]]",
    edges: tuple[int, int],
) -> list[pl.DataFrame]:
    """NEIGHBOURS of the items from one edge to below the other, for each member."""
    first, end = edges
    starts = np.concatenate([[0], np.cumsum(room[first:end])])
    pairs, slots = desks.get()
    ends = list_pairs(log, rules, first, starts, pairs)
    rows, table = best_rows(pairs, starts, ends, scoring, first, slots)
    desks.put((pairs, slots))
    return [
        pl.DataFrame({name: column[m, : rows[m]].copy() for name, column in zip(SCHEMA, table, strict=True)})
        for m in range(len(rows))
    ]


def _write(frames: Iterable[list[pl.DataFrame]], tables: list[Path]) -> None:
    """Write each member's frames one after the other, in groups of rows that do not depend on the frames."""
    waiting = [pl.DataFrame(schema=SCHEMA) for _ in tables]
    with ExitStack() as stack:
        schema = waiting[0].to_arrow().schema
        writers = [stack.enter_context(pq.ParquetWriter(table, schema, compression="zstd")) for table in tables]
        for found in frames:
            waiting = [pl.concat(both) for both in zip(waiting, found, strict=True)]
            for m, writer in enumerate(writers):
                while waiting[m].height >= GROUP:
                    writer.write_table(waiting[m][:GROUP].to_arrow())
                    waiting[m] = waiting[m][GROUP:]
        for writer, rest in zip(writers, waiting, strict=True):
            writer.write_table(rest.to_arrow())
