"""Rankers learn from the valid fold's described candidates."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from data.schema import TYPES
from data.tables import scan
from learning.boosting import importance, load_model, save_model
from ranker.blend import Blend, Members, Scores
from ranker.blend_training import TrainedBlend, train_blend
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


def build_model(into: Path, *, rows: Path, objective: str, how: LambdaRank, members: Members) -> dict[str, Any]:
    """Write model.txt (LightGBM's text), about.json and importance.json; with members, blend.json and members/."""
    table = scan(rows / "rows")
    trained = train(table, objective, how)
    save_trained(trained, into)
    if members.alone:
        return trained.about
    blended = train_blend(table, trained, objective, how, members)
    _save_blend(blended, into)
    return trained.about | {"blend": blended.about}


def save_trained(trained: Trained, into: Path) -> None:
    """Write model.txt (LightGBM's text), about.json and importance.json."""
    save_model(trained.booster, into / "model.txt")
    (into / "about.json").write_text(json.dumps(trained.about | {"features": trained.features}, indent=1) + "\n")
    gains = importance(load_model(into / "model.txt"), trained.features)
    (into / "importance.json").write_text(json.dumps(gains, indent=1) + "\n")


def load_scorer(folder: Path) -> Scorer:
    """The model that `build_model` wrote, ready to score."""
    main = load_main(folder)
    if not (folder / "blend.json").exists():
        return main
    features, prior = main.features, main.prior
    blend = json.loads((folder / "blend.json").read_text())
    others = {name: _load_member(folder / "members" / name, features, prior) for name in blend["members"]}
    return Blend(main.booster, features, prior, others, blend["weights"], blend["kind"] == "ranks")


def load_main(folder: Path) -> Scorer:
    """The main member alone."""
    about = json.loads((folder / "about.json").read_text())
    return Scorer(load_model(folder / "model.txt"), about["features"], about["prior"])


def _save_blend(blended: TrainedBlend, into: Path) -> None:
    for name in blended.blend.others:
        folder = into / "members" / name
        folder.mkdir(parents=True)
        if name in blended.foreign:
            blended.foreign[name].save(folder)
        else:
            save_trained(blended.others[name], folder)
    about = blended.about | {"members": list(blended.blend.others)}
    (into / "blend.json").write_text(json.dumps(about, indent=1) + "\n")


def _load_member(folder: Path, features: Sequence[str], prior: float) -> Scores:
    if folder.name == "xgboost":
        from ranker.xgboost_trees import load_xgboost  # noqa: PLC0415 - not at the start of every command

        return load_xgboost(folder, features, prior)
    if folder.name == "catboost":
        from ranker.catboost_trees import load_catboost  # noqa: PLC0415 - the same

        return load_catboost(folder, features, prior)
    return load_scorer(folder)


def _by_type(counts: pl.LazyFrame) -> dict[str, int]:
    return dict.fromkeys(TYPES, 0) | dict(counts.collect().rows())
