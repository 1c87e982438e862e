"""Rankers learn from the valid fold's described candidates: which models there are, and each of them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.schema import TYPES
from data.tables import scan
from pipeline.store.task import Artifact
from ranker.blend import Members
from ranker.blend_training import train_blend
from ranker.lambdarank import LambdaRank, plan_models, train
from ranker.model_files import save_blend, save_trained


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
