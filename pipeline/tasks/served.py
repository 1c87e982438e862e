"""Served lists as questions of the valid fold, which rankers learn from beside the fold's own."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.boundaries import Folds
from data.draw import Needs, drawn
from data.folds import labels_of
from data.sampling import Sampling
from data.schema import Labels, Queries, Timestamp
from data.served import read_served
from data.served_moments import JOINED, REASONS, is_asked, moments_of, verdict
from data.tables import items_before, scan, session_hashes, shard_file, write
from data.warned import Warned, write_warnings
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.fold import KNOWN, asked_in, numbered, questions_of, with_types
from pipeline.tasks.shards import write_queries
from pipeline.tasks.window import Window

COUNTS = "served.json"
NONE_JOINED = "served_aside"
MOMENT = ["session_key", "shown"]


@dataclass(frozen=True)
class ServedQuestions:
    """A fold's tables (queries/, prefixes/, labels/NNN.parquet, items.parquet) whose moments are those of served lists.

    Besides warnings.json, shown.parquet (query, item, place: what stood in the lists, once an item, in their order) and
    served.json: lists (a session's at one moment are one), joined, the others by `data.served_moments.REASONS`, and
    questions (lists of a session between the same two events are one). A question that the fold asks itself has the
    fold's number.

    Parameters
    ----------
    served
        What was shown (`data.served.read_served`).
    log, fold
        The log's tables and the valid fold's.
    window, folds, sampling
        What decides the fold.
    shards
        The log's shards.
    timezone
        Of moments that name none.
    enough
        Questions with a label, per objective, that are kept of more, drawn by hash.
    """

    served: RawFile
    log: Artifact
    fold: Artifact
    window: Window
    folds: Folds
    sampling: Sampling
    shards: int
    timezone: str | None
    enough: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them.

        Raises
        ------
        AisleError
            If the lists cannot be read.
        """
        log = self.log.path
        served = read_served(self.served.path, self.timezone).select(
            pl.col("shown").cast(Timestamp), "rank", "item", session_key="session"
        )
        known = scan(log / "keys" / "session.parquet").select(session="code", session_key=pl.col("key").cast(pl.String))
        lists = (
            served.lazy().select(MOMENT).unique().join(known, on="session_key", how="left", validate="m:1").collect()
        )
        judged, queries = self._judged(lists)
        for number in range(self.shards):
            mine = self._events(number)
            some, _ = write_queries(into, number, mine, queries, Queries)
            labels = Labels.validate(labels_of(mine, some.lazy()).collect(), cast=True)
            write(labels, shard_file(into / "labels", number))
        write(items_before(log, self.window.until), into / "items.parquet")
        write(self._shown(served, judged, queries), into / "shown.parquet")
        counts = {name: int((judged["verdict"] == name).sum()) for name in (JOINED, *REASONS)}
        told = {"lists": judged.height, **counts, "questions": queries.height}
        (into / COUNTS).write_text(json.dumps(told, indent=1) + "\n")
        write_warnings(into, self._none_joined(told))
        return told

    def _none_joined(self, told: dict[str, int]) -> list[Warned]:
        if told[JOINED]:
            return []
        most = max(REASONS, key=lambda name: told[name])
        said = (
            f"none of the {told['lists']:,} lists of `rankers.served` ({self.served.path}) joins the training rows "
            f"({told[most]:,} {most}): lists join where they were shown from {self.window.start:%Y-%m-%d %H:%M:%S} to "
            f"{self.window.end:%Y-%m-%d %H:%M:%S} UTC, in sessions that begin there and go on"
        )
        return [Warned(NONE_JOINED, said, {"lists": told["lists"], most: told[most]})]

    def _events(self, shard: int) -> pl.LazyFrame:
        """The fold's events of a shard, with their positions."""
        file, hashes = shard_file(self.log.path / "events", shard), session_hashes(self.log.path)
        known = scan(self.fold.path / KNOWN) if self.folds.known_items_only else None
        return asked_in(file, hashes, self.window, self.folds, known)[0]

    def _judged(self, lists: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The lists with their verdicts, and QUERIES of those that join."""
        start, end, least = self.window.start, self.window.end, self.folds.min_prefix
        assert start is not None  # the valid fold is cut from the log,
        assert end is not None  # at both ends
        inside = pl.col("shown").is_between(start, end, closed="left")
        asked = lists.lazy().drop_nulls("session").filter(inside).select("session", "shown")
        told = [self._moments(number, asked, start) for number in range(self.shards)]
        found = pl.concat([moments for moments, _ in told])
        questions = self._drawn(pl.concat([cuts for _, cuts in told]))
        parts = questions.select("session", pl.col("events").cast(pl.Int64), "part")
        judged = (
            lists.join(found.select("session", "shown", "events", "later"), on=["session", "shown"], how="left")
            .join(parts, on=["session", "events"], how="left", validate="m:1")
            .with_columns(verdict(start, end, least))
            .sort(MOMENT)
        )
        return judged, self._numbered(questions.filter(pl.col("part") == "fit"))

    def _moments(self, shard: int, asked: pl.LazyFrame, start: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What was visible when the lists of a shard were shown, and where its sessions are cut so, each place once."""
        events = self._events(shard)
        found = moments_of(asked, events, start).collect()
        places = found.filter(is_asked(self.folds.min_prefix)).with_columns(
            pl.col("events").cast(pl.UInt16, strict=False)
        )
        cuts = places.select("session", "user", "start_ts", "cut_ts", "events").unique()
        return found, with_types(events, cuts.sort("session", "events"))

    def _drawn(self, cuts: pl.DataFrame) -> pl.DataFrame:
        """The sampled questions with their parts; of those that are learnt from no more than have a use."""
        questions = questions_of(cuts, self.log.path, self.folds, self.sampling, trains=True)
        learnt = pl.col("part") == "fit"
        if questions.filter(learnt).is_empty():
            return questions
        some = drawn(questions.filter(learnt), Needs(1, self.enough, 1, 1, questions.height))
        return pl.concat([questions.filter(~learnt), some])

    def _numbered(self, questions: pl.DataFrame) -> pl.DataFrame:
        """QUERIES, by the fold's own number where it has one, else by numbers after these."""
        asked = numbered(questions)
        own = scan(self.fold.path / "queries").select("session", "events", own="query").collect()
        after = own["own"].max()
        first = 0 if after is None else int(after) + 1  # type: ignore[arg-type]
        numbers = pl.coalesce("own", pl.col("query") + first).cast(pl.UInt32)
        joined = asked.join(own, on=["session", "events"], how="left", validate="1:1")
        return joined.with_columns(query=numbers).select(Queries.column_names()).sort("query")

    def _shown(self, served: pl.DataFrame, judged: pl.DataFrame, queries: pl.DataFrame) -> pl.DataFrame:
        """query, item, place: what was shown, as far as the log knew it by then (who comes first later would tell)."""
        keys = scan(self.log.path / "keys" / "item.parquet").select(code="code", item=pl.col("key").cast(pl.String))
        first = scan(self.log.path / "events").group_by(code="item").agg(since=pl.col("ts").min())
        asked = queries.select("query", "session", pl.col("events").cast(pl.Int64))
        joined = judged.filter(pl.col("verdict") == JOINED).join(asked, on=["session", "events"], validate="m:1")
        return (
            served.lazy()
            .join(joined.lazy().select(*MOMENT, "query"), on=MOMENT, validate="m:1")
            .join(keys, on="item", validate="m:1")
            .join(first, on="code", validate="m:1")
            .filter(pl.col("since") <= pl.col("shown"))
            .group_by("query", item="code")
            .agg(pl.col("rank").min())
            .sort("query", "rank", "item")
            .select(
                "query",
                pl.col("item").cast(pl.UInt32),
                pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("query").alias("place"),
            )
            .collect()
        )
