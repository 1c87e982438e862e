"""Whether the order of a log's events of one moment means anything; where it does not, it is drawn."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.moment_order import drawn_places, text_hash
from data.suspicions.same_moment import MOST_EVENTS, InOrder, count_in_order, natural_order, suspect
from data.tables import read_json, read_whole, scan, write
from data.warned import write_warnings
from pipeline.store.task import Artifact

ORDER = "same_moment"
"""In the summary of a log whose events of one moment were put into a drawn order: `hash`."""


@dataclass(frozen=True)
class MomentOrder:
    """order.json, whether events of one moment were sorted, and warnings.json.

    Parameters
    ----------
    log
        The log's tables, in the file's order.
    until
        When the first fold begins: what happens later decides nothing of what is known at it.
    """

    log: Artifact
    until: datetime

    def __call__(self, into: Path) -> dict[str, Any]:
        """Look."""
        warned = suspect(self._counted())
        (into / "order.json").write_text(json.dumps({"sorted": warned is not None}) + "\n")
        write_warnings(into, [warned] if warned else [])
        return {"groups": 0} if warned is None else dict(warned.counts)

    def _counted(self) -> InOrder:
        natural = natural_order(_keys(self.log.path, "item"))
        events = [scan(file).filter(pl.col("ts") < self.until) for file in _shards(self.log.path)]
        share = MOST_EVENTS / max(sum(int(rows.select(pl.len()).collect().item()) for rows in events), 1)
        total = InOrder()
        for rows in events:
            total += count_in_order(rows, natural, share)
        return total


@dataclass(frozen=True)
class DrawnLog:
    """A log's tables with the events of one moment in an order drawn by hash."""

    log: Artifact

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        log, rows = self.log.path, 0
        shutil.copytree(log, into, ignore=shutil.ignore_patterns("manifest.json", "events"), dirs_exist_ok=True)
        hashes = {name: text_hash(_keys(log, name)) for name in ("session", "item")}
        for file in _shards(log):
            rows += write(_redrawn(read_whole(file), hashes), into / "events" / file.name)
        summary = read_json(log / "summary.json") | {ORDER: "hash"}
        (into / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
        return {"rows": rows}


def is_drawn(log: Path) -> bool:
    """Whether the order of one moment was drawn in a log's tables."""
    return ORDER in read_json(log / "summary.json")


def _shards(log: Path) -> list[Path]:
    return sorted((log / "events").iterdir())


def _keys(log: Path, name: str) -> pl.Series:
    return read_whole(log / "keys" / f"{name}.parquet").sort("code")["key"]


def _redrawn(rows: pl.DataFrame, hashes: dict[str, pl.Series]) -> pl.DataFrame:
    of_rows = hashes["session"].gather(rows["session"]), hashes["item"].gather(rows["item"])
    return rows[drawn_places(rows["session"], rows["ts"].dt.epoch("ms"), rows["type"].to_physical(), of_rows)]
