"""A generated log of OTTO's shape on disk: what trains, what is asked, and the answers."""

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import polars as pl

from data.progress import far
from data.schema import TYPES
from data.synthetic.catalogue import Catalogue, build_catalogue
from data.synthetic.otto.blocks import Block, blocks_of, test_block, train_block
from data.synthetic.otto.config import OttoLog
from data.synthetic.otto.text import lines_of
from data.synthetic.unfinished import begun

OUTPUTS = ("train_sessions.jsonl", "test_sessions.jsonl", "test_labels.jsonl")
"""The files, under the names that OTTO's own split gives them."""
AHEAD = 2  # blocks a worker that may be drawn and not yet written


class Text(NamedTuple):
    """Lines of a block, and how many events they hold."""

    lines: memoryview
    events: int


def write_otto(log: OttoLog, folder: Path, workers: int = 2) -> dict[str, int]:
    """Write `OUTPUTS`; memory holds the catalogue (350 bytes an item) and some blocks a worker.

    Parameters
    ----------
    log
        What to generate.
    folder
        Absent or empty; appears when the log is whole.
    workers
        Threads; they change no byte.

    Returns
    -------
    dict
        `train_sessions`, `train_events`, `test_sessions`, `test_events` (those shown).

    Raises
    ------
    AisleError
        If the folder holds anything.
    """
    unfinished = begun(folder)
    catalogue = build_catalogue(log.whole)
    keys = catalogue.table["item"].to_numpy().astype(np.int64)
    catalogue = Catalogue(catalogue.goods, catalogue.table.clear())
    with ExitStack() as opened:
        train, test, labels = (opened.enter_context((unfinished / name).open("wb")) for name in OUTPUTS)
        pool = opened.enter_context(ThreadPoolExecutor(workers))

        def trained(number: int) -> list[Text]:
            return [_shown(train_block(log, catalogue, keys, number))]

        def asked(number: int) -> list[Text]:
            block = test_block(log, catalogue, keys, number)
            return [_shown(block), _labels(block)]

        counts = {"train_sessions": log.train.sessions, "test_sessions": log.test.sessions}
        counts["train_events"] = _write(_in_order(pool, workers, blocks_of(log.train.sessions), trained), [train])
        counts["test_events"] = _write(_in_order(pool, workers, blocks_of(log.test.sessions), asked), [test, labels])
    unfinished.rename(folder)
    return counts


def _shown(block: Block) -> Text:
    text = lines_of(block.first, block.offsets, block.shown, block.items, block.ts, block.types)
    return Text(text.data, int(block.shown.sum()))


def _labels(block: Block) -> Text:
    """What the events that are not shown ask for, a line each, as OTTO's label files have it."""
    lengths = np.diff(block.offsets)
    hidden = np.arange(len(block.items)) - np.repeat(block.offsets[:-1], lengths) >= np.repeat(block.shown, lengths)
    session = block.first + np.repeat(np.arange(len(lengths)), lengths)
    rows = pl.DataFrame({"session": session, "item": block.items, "type": block.types}).filter(pl.Series(hidden))
    click, cart, order = (pl.col("item").filter(pl.col("type") == kind) for kind in range(len(TYPES)))
    asked = rows.group_by("session", maintain_order=True).agg(
        clicks=click.first(), carts=cart.unique(maintain_order=True), orders=order.unique(maintain_order=True)
    )
    lines = [_label_line(*row) for row in asked.rows()]
    return Text(memoryview("".join(lines).encode()), 0)


def _label_line(session: int, click: int | None, *others: list[int]) -> str:
    """The next click and all that is carted and ordered; a type without any is left out."""
    told: dict[str, int | list[int]] = {"clicks": click} if click is not None else {}
    told |= {name: items for name, items in zip(TYPES[1:], others, strict=True) if items}
    return json.dumps({"session": session, "labels": told}, separators=(",", ":")) + "\n"


def _in_order(
    pool: ThreadPoolExecutor, workers: int, blocks: int, work: Callable[[int], list[Text]]
) -> Iterator[list[Text]]:
    """What workers make of the blocks, in the blocks' order; few of them are made before they are taken."""
    waiting: deque[Future[list[Text]]] = deque()
    for number in range(blocks):
        waiting.append(pool.submit(work, number))
        if len(waiting) > AHEAD * workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _write(texts: Iterator[list[Text]], files: Sequence[BinaryIO]) -> int:
    events = 0
    for made in texts:
        for text, file in zip(made, files, strict=True):
            file.write(text.lines)
            events += text.events
        far(events, unit="events")
    return events
