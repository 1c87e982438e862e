"""A log's portrait, and how far what is scored has moved from what is learnt from: profile.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.tables import read_json, scan
from evaluation.profile.drift import MUCH, SOME, stability
from evaluation.profile.log import LogFrames, log_profile
from evaluation.profile.plain import plain
from features.group import FeatureGroup
from features.session_rows import describe_sessions
from pipeline.store.task import Artifact
from value.session.targets import Targets, event_values

PROFILE = "profile.json"
MOST_QUERIES = 20_000
"""Of a fold, those whose features are compared: more tell a shift of a hundredth no better."""
TABLES = {"history", "items", "prefixes", "queries"}
OF_VISITORS = ("user", "user_item")


def compared(groups: tuple[FeatureGroup, ...]) -> tuple[FeatureGroup, ...]:
    """The groups whose features can be told before there is a candidate: of queries, visitors, and items looked at."""
    scopes = ("query", "item", *OF_VISITORS)
    return tuple(group for group in groups if set(group.reads) <= TABLES and group.scope in scopes)


def _of_visitors(group: FeatureGroup) -> bool:
    return group.scope in OF_VISITORS and group.reads == ("history",)


@dataclass(frozen=True)
class FoldDrift:
    """drift.json: the stability of the features of two folds' queries.

    Its keys: learnt and scored (queries that are compared), some and much (the thresholds), features (see
    `evaluation.profile.drift.stability`).

    Parameters
    ----------
    log
        The log's tables, which give the history.
    learnt, scored
        Both folds, and until when their histories go.
    groups
        What describes their queries.
    """

    log: Artifact
    learnt: tuple[Artifact, datetime]
    scored: tuple[Artifact, datetime]
    groups: tuple[FeatureGroup, ...]

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        sides = [self._described(fold.path, until) for fold, until in (self.learnt, self.scored)]
        moved = stability(*sides)
        found = {
            "learnt": sides[0].height,
            "scored": sides[1].height,
            "some": SOME,
            "much": MUCH,
            "features": plain(moved),
        }
        (into / "drift.json").write_text(json.dumps(found, indent=1) + "\n")
        return {"features": moved.height}

    def _described(self, fold: Path, until: datetime) -> pl.DataFrame:
        """The features of some queries, spread evenly over the fold's."""
        asked = scan(fold / "queries").collect()
        step = -(-asked.height // MOST_QUERIES)
        queries = asked.gather_every(max(step, 1)).with_columns(segment=pl.lit(None, pl.String)).lazy()
        history = scan(self.log.path / "events").filter(pl.col("ts") < until)
        theirs = history.join(queries.select("user").unique(), on="user", how="semi")
        tables = {
            "history": history,
            "items": scan(fold / "items.parquet"),
            "prefixes": scan(fold / "prefixes").join(queries.select("query"), on="query", how="semi"),
            "queries": queries,
        }
        # of a visitor only his own past tells, and few of the history's are asked
        tables |= {group.name: group({"history": theirs}) for group in self.groups if _of_visitors(group)}
        return describe_sessions(queries, tables, self.groups).collect().drop("query")


@dataclass(frozen=True)
class LogProfile:
    """profile.json: what `evaluation.profile.log.log_profile` tells, and `drift`.

    Parameters
    ----------
    log
        The log's tables.
    targets
        What a session is worth.
    clock, whole_users
        As in `evaluation.profile.log.LogFrames`.
    drift
        What `FoldDrift` tells; null where no folds can be laid.
    why
        Why they cannot.
    warnings
        What looked wrong in the log and the folds.
    """

    log: Artifact
    targets: Targets
    clock: bool
    whole_users: bool
    drift: Artifact | None
    why: str = ""
    warnings: tuple[Mapping[str, Any], ...] = ()

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        log, targets = self.log.path, self.targets
        items = scan(log / "items.parquet")
        frames = LogFrames(
            events=event_values(scan(log / "events"), items, targets).drop("pieces"),
            items=items,
            notes=scan(log / "notes.parquet"),
            categories=scan(log / "keys" / "category.parquet"),
            quarantine=scan(log / "quarantine.parquet"),
            summary={**read_json(log / "summary.json"), "warnings": list(self.warnings)},
            clock=self.clock,
            whole_users=self.whole_users,
            pause=targets.closes_after,
            labelled=targets.kind == "label",
        )
        found = log_profile(frames)
        found["drift"] = {"why": self.why} if self.drift is None else read_json(self.drift.path / "drift.json")
        (into / PROFILE).write_text(json.dumps(found, indent=1) + "\n")
        return {"events": found["log"]["events"]}
