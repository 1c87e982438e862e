"""A fold's history: the events that sources and feature tables learn from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from candidates.source import History
from data.folds import history_of
from data.sampling import SALT_HISTORY, Sampling, sample_sessions
from data.tables import items_before, scan, session_hashes, shard_file
from pipeline.store.task import Artifact


@dataclass(frozen=True)
class Past:
    """What a fold may learn from, as artifacts and settings; read a shard at a time.

    Parameters
    ----------
    log
        The tables of the log.
    before
        The history ends here.
    sampling
        The development sample of its sessions.
    shards
        The log's shards.
    seen
        In transductive runs the fold, whose visible events join its own history; null otherwise.
    """

    log: Artifact
    before: datetime
    sampling: Sampling
    shards: int
    seen: Artifact | None = None

    @property
    def until(self) -> datetime:
        """The moment after the last event that may be known."""
        if self.seen is None:
            return self.before
        latest: datetime = scan(self.seen.path / "prefixes").select(pl.col("ts").max()).collect().item()
        return max(self.before, latest + timedelta(milliseconds=1))

    @property
    def whole(self) -> History:
        """All shards at once."""
        return self.of(pl.concat(self.events()))

    def of(self, events: pl.LazyFrame) -> History:
        """Some of it."""
        return History(events, self.until, items_before(self.log.path, self.until))

    def events(self) -> list[pl.LazyFrame]:
        """EVENTS, a frame a shard."""
        shards = history_shards(self.log.path, self.before, self.sampling, self.shards)
        return shards if self.seen is None else [*shards, self._seen(self.seen.path, shards[0])]

    def _seen(self, fold: Path, like: pl.LazyFrame) -> pl.LazyFrame:
        # a visible session is none of the history's, even where a test file happens to use the same key
        first = int(scan(self.log.path / "keys" / "session.parquet").select(pl.len()).collect().item())
        sessions = scan(fold / "queries").select("query", session=pl.col("query") + first)
        seen = scan(fold / "prefixes").join(sessions, on="query", validate="m:1")
        return seen.sort("session", "position").select(like.collect_schema().names())


def history_shards(log: Path, until: datetime, sampling: Sampling, shards: int) -> list[pl.LazyFrame]:
    """A fold's history, a frame a shard, sampled if so configured."""
    whole = history_of(scan(log / "events"), until)
    files = [shard_file(log / "events", number) for number in range(shards)]
    frames = [history_of(scan(file), until) for file in files]
    share, most = sampling.sample_history, sampling.max_history_sessions
    if share == 1 and most is None:
        return frames
    present = session_hashes(log).join(whole.select("session").unique(), on="session", how="semi")
    kept = sample_sessions(present, share, most, SALT_HISTORY).select("session").collect().lazy()
    return [frame.join(kept, on="session", how="semi", maintain_order="left") for frame in frames]
