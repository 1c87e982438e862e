"""Whether the order of a log's events of one moment means anything; where it does not, it is drawn."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data.moment_order import drawn_places, text_hash
from data.suspicions.same_moment import MOST_EVENTS, InOrder, count_in_order, natural_order, suspect
from data.tables import read_json, read_whole, scan
from data.warned import Warned

DRAWN, FILED = "hash", "file"


def order_moments(into: Path, shards: Sequence[Path], rule: str, known: Path | None) -> tuple[str, list[Warned]]:
    """Decide by the log alone, for a test file as for its log; rewrite EVENTS where their order is to be drawn.

    Parameters
    ----------
    into
        The folder of the log's tables, with its dictionaries.
    shards
        The files of EVENTS, in the file's order.
    rule
        `quality.same_moment`.
    known
        The log's tables, where these are a test file's.

    Returns
    -------
    tuple
        `hash` or `file`, and what is to be said.
    """
    said: list[Warned] = []
    if rule == "auto" and known is not None:
        rule = drawn_or_filed(known)
    elif rule == "auto":
        warned = suspect(_counted(into, shards))
        said, rule = ([warned], DRAWN) if warned else ([], FILED)
    if rule == DRAWN:
        hashes = {name: text_hash(_keys(into, name)) for name in ("session", "item")}
        for file in shards:
            _redraw(file, hashes)
    return rule, said


def drawn_or_filed(log: Path) -> str:
    """What was decided for a log's tables."""
    decided: str = read_json(log / "summary.json")["same_moment"]
    return decided


def _counted(into: Path, shards: Sequence[Path]) -> InOrder:
    natural = natural_order(_keys(into, "item"))
    events = [scan(file) for file in shards]
    share = MOST_EVENTS / max(sum(int(rows.select(pl.len()).collect().item()) for rows in events), 1)
    total = InOrder()
    for rows in events:
        total += count_in_order(rows, natural, share)
    return total


def _keys(into: Path, name: str) -> pl.Series:
    return read_whole(into / "keys" / f"{name}.parquet").sort("code")["key"]


def _redraw(file: Path, hashes: dict[str, pl.Series]) -> None:
    rows = read_whole(file)
    of_rows = hashes["session"].gather(rows["session"]), hashes["item"].gather(rows["item"])
    places = drawn_places(rows["session"], rows["ts"].dt.epoch("ms"), rows["type"].to_physical(), of_rows)
    rows[places].write_parquet(file)
