"""What looks wrong in a log: events that are set aside by their times or beyond a session's limit, and what is said."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from data.boundaries import FirstFold
from data.quality import Quality
from data.suspicions import huge, money, stray_times
from data.suspicions.stray_times import Usual
from data.tables import read_whole, scan
from data.validate import QUARANTINE, Tally
from data.warned import Warned
from pipeline.tasks.log_parts import LogParts

LINE, FILE = "__line", "__file"
"""Columns of typed rows, where stray ones may be set aside: the row's number in its file, and the file."""


@dataclass
class Looks:
    """What was seen while a log's tables were made.

    Parameters
    ----------
    usual
        When nearly all of it happened; null where its clock is made up.
    said
        What is to be said of it.
    cut
        The long sessions that were cut: their events before, by key.
    """

    usual: Usual | None = None
    said: list[Warned] = field(default_factory=list)
    cut: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Straying:
    """Finds stray times in a log's typed rows; where they are to be dropped, sets them aside and counts them.

    Parameters
    ----------
    quality
        What is configured.
    first_fold
        When the first fold begins, as of which early ones are judged; null where no folds follow.
    whole
        Whether the log is a test file: it is answered whole, and nothing of it is dropped.
    tally, looks
        What is counted and said, added to.
    """

    quality: Quality
    first_fold: FirstFold | None
    whole: bool
    tally: Tally
    looks: Looks

    def __call__(self, parts: LogParts) -> None:
        """Look at typed rows; the quarantine stands beside their folder."""
        times = parts.scan(["ts"])
        usual = self.looks.usual = stray_times.usual_times(times)
        if self.whole or self.quality.stray_times == "warn":
            self.looks.said += stray_times.suspect(times, usual, whole=self.whole)
            return
        if self.first_fold is not None:
            usual = self.looks.usual = stray_times.droppable(times, usual, self.first_fold.begins)
        if usual.start is None and usual.end is None:
            return
        stray = parts.scan().filter(~usual.inside).sort("row").collect()
        texts = {name: pl.col(name).cast(pl.String) for name in QUARANTINE if name in stray.columns and name != "row"}
        aside = stray.select(file=FILE, row=LINE, reason=pl.lit(stray_times.REASON), **texts)
        file = parts.folder.parent / "quarantine.parquet"
        pl.concat([read_whole(file), aside.select(list(QUARANTINE)).cast(QUARANTINE)]).write_parquet(file)  # type: ignore[arg-type]
        for batch in parts.all_files():
            parts.rewrite(batch, read_whole(batch).filter(usual.inside))
        self.tally.kept -= stray.height
        self.tally.quarantined[stray_times.REASON] += stray.height


@dataclass(frozen=True)
class Cutting:
    """Leaves out what comes after a session's `max_session_events`, and counts it as dropped.

    Parameters
    ----------
    quality, tally, looks
        As in `Straying`.
    """

    quality: Quality
    tally: Tally
    looks: Looks

    def any_long(self, rows: pl.DataFrame) -> bool:
        """Whether one of a shard's sessions, all of whose rows are here, has more events than it may have."""
        limit = self.quality.max_session_events
        if limit is None or rows.height <= limit:
            return False
        return bool(rows.group_by("session").len()["len"].max() > limit)  # type: ignore[operator]

    def __call__(self, rows: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
        """A shard's typed rows of whole sessions, whose events follow each other by some columns, without the rest."""
        limit = self.quality.max_session_events
        if limit is None or rows.height <= limit:
            return rows
        long = rows.group_by("session").len().filter(pl.col("len") > limit)
        if long.is_empty():
            return rows
        place = pl.int_range(pl.len()).over("session", order_by=list(order))
        kept = rows.filter(place < limit)
        rule = f"beyond `quality.max_session_events` {limit:,} of a session"
        self.tally.kept -= rows.height - kept.height
        self.tally.dropped[rule] += rows.height - kept.height
        self.looks.cut.update({str(key): events for key, events in long.rows()})
        return kept


def warnings_of(into: Path, quality: Quality, whole_users: bool, looks: Looks) -> list[Warned]:
    """All that is to be said of a log's tables.

    Parameters
    ----------
    into
        Their folder.
    quality
        What is configured.
    whole_users
        Whether a session is a whole user.
    looks
        What was seen while they were made.
    """
    events, items = scan(into / "events"), scan(into / "items.parquet")
    keys = {name: into / "keys" / f"{name}.parquet" for name in ("session", "user")}
    cut = huge.Cut(quality.max_session_events, looks.cut)
    said = list(looks.said)
    for kind in ("user",) if whole_users else ("session", "user"):
        owners = _counted(sorted((into / "events").iterdir()), kind)
        said += huge.suspect(kind, owners, read_whole(keys[kind]), cut) if owners.height else []
    return said + money.suspect(events, items, scan(keys["session"]), scan(into / "notes.parquet"))


def _counted(shards: Sequence[Path], kind: str) -> pl.DataFrame:
    """How many events each session, or user, has: frame(code, events)."""
    total = np.zeros(0, np.int64)
    for file in shards:
        mine = np.bincount(read_whole(file, [kind])[kind].drop_nulls().to_numpy(), minlength=len(total))
        mine[: len(total)] += total
        total = mine
    there = np.flatnonzero(total)
    schema = {"code": pl.UInt32, "events": pl.UInt32}
    return pl.DataFrame({"code": there, "events": total[there]}, schema=schema)
