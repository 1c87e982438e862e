"""Rankers learn from the valid fold's described candidates."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from data.schema import TYPES
from learning.boosting import importance, load_model, save_model
from pipeline.tables import scan
from ranker.lambdarank import LambdaRank, Scorer, Trained, plan_models, train


def build_plan(into: Path, *, rows: Path, fold: Path, minimum: int) -> dict[str, Any]:
    """Write plan.json: which model serves each objective, and how many positive queries it had."""
    hits = pl.scan_parquet(rows / "hits.parquet").filter(pl.col("part") == "fit")
    positive = _by_type(hits.group_by("type").agg(n=pl.col("query").n_unique()))
    labelled = _by_type(scan(fold / "labels").group_by("type").agg(n=pl.len()))
    models = plan_models(positive, labelled, minimum)
    plan = {"models": models, "positive_queries": positive, "labels": labelled, "min_positive_queries": minimum}
    (into / "plan.json").write_text(json.dumps(plan, indent=1) + "\n")
    return plan


def build_model(into: Path, *, rows: Path, objective: str, how: LambdaRank) -> dict[str, Any]:
    """Write model.txt (LightGBM's text), about.json and importance.json."""
    trained = train(scan(rows / "rows"), objective, how)
    save_trained(trained, into)
    return trained.about


def save_trained(trained: Trained, into: Path) -> None:
    """Write model.txt (LightGBM's text), about.json and importance.json."""
    save_model(trained.booster, into / "model.txt")
    (into / "about.json").write_text(json.dumps(trained.about | {"features": trained.features}, indent=1) + "\n")
    gains = importance(load_model(into / "model.txt"), trained.features)
    (into / "importance.json").write_text(json.dumps(gains, indent=1) + "\n")


def load_scorer(folder: Path) -> Scorer:
    """The model that `save_trained` wrote, ready to score."""
    about = json.loads((folder / "about.json").read_text())
    return Scorer(load_model(folder / "model.txt"), about["features"], about["prior"])


def _by_type(counts: pl.LazyFrame) -> dict[str, int]:
    return dict.fromkeys(TYPES, 0) | dict(counts.collect().rows())
