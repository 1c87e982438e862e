"""Rankers learn from the valid fold's described candidates: which models there are, and each of them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.schema import TYPES
from data.tables import scan
from pipeline.store.room import LIBRARIES, Room, counted
from pipeline.store.task import Artifact
from ranker.blend import Members
from ranker.blend_training import train_blend
from ranker.lambdarank import LambdaRank, features_of, plan_models, train
from ranker.learnt_rows import HELD_BYTES
from ranker.model_files import save_blend, save_trained

NOTED = 60  # bytes a row: its gradient, its score, its place in the trees and its keys


@dataclass(frozen=True)
class ModelPlan:
    """plan.json: which model serves each objective, and how many positive queries it had.

    Parameters
    ----------
    rows
        The training rows.
    fold
        The valid fold.
    minimum
        Positive queries that an own model needs.
    """

    rows: Artifact
    fold: Artifact
    minimum: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        hits = scan(self.rows.path / "hits.parquet").filter(pl.col("part") == "fit")
        positive = _by_type(hits.group_by("type").agg(n=pl.col("query").n_unique()))
        labelled = _by_type(scan(self.fold.path / "labels").group_by("type").agg(n=pl.len()))
        models = plan_models(positive, labelled, self.minimum)
        plan = {"models": models, "positive_queries": positive, "labels": labelled}
        plan |= {"min_positive_queries": self.minimum}
        (into / "plan.json").write_text(json.dumps(plan, indent=1) + "\n")
        return plan


@dataclass(frozen=True)
class RankerModel:
    """model.txt (LightGBM's text), about.json and importance.json; with members, blend.json and members/.

    Parameters
    ----------
    rows
        The training rows.
    objective
        A type, or `shared`.
    ranker, members
        How it is trained, and what is blended with it.
    """

    rows: Artifact
    objective: str
    ranker: LambdaRank
    members: Members

    def room(self) -> Room:
        """What is held of the features to be binned, then a byte a value and what trees note of each row."""
        rows, features = counted(self.rows, "rows"), len(features_of(scan(self.rows.path / "rows")))
        binned = rows * (features + NOTED)
        return Room(
            LIBRARIES + min(HELD_BYTES, 4 * rows * features) + binned, mend="lower `rankers.size.train_queries`"
        )

    def __call__(self, into: Path) -> dict[str, Any]:
        """Train and write it."""
        table = scan(self.rows.path / "rows")
        trained = train(table, self.objective, self.ranker)
        save_trained(trained, into)
        if self.members.alone:
            return trained.about
        blended = train_blend(table, trained, self.objective, self.ranker, self.members)
        save_blend(blended, into)
        return trained.about | {"blend": blended.about}


def _by_type(counts: pl.LazyFrame) -> dict[str, int]:
    return dict.fromkeys(TYPES, 0) | dict(counts.collect().rows())
