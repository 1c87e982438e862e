"""Trained rankers as files, in the libraries' own text or json: a blend's members in folders of their own."""

import json
from collections.abc import Sequence
from math import isfinite
from pathlib import Path

from data.sound import need, opening
from data.tables import read_json
from learning.boosting import importance, load_model, save_model
from ranker.blend import Blend, Scores
from ranker.blend_training import TrainedBlend
from ranker.lambdarank import Scorer, Trained


def save_trained(trained: Trained, into: Path) -> None:
    """Write model.txt (LightGBM's text), about.json and importance.json."""
    save_model(trained.booster, into / "model.txt")
    (into / "about.json").write_text(json.dumps(trained.about | {"features": trained.features}, indent=1) + "\n")
    gains = importance(load_model(into / "model.txt"), trained.features)
    (into / "importance.json").write_text(json.dumps(gains, indent=1) + "\n")


def load_scorer(folder: Path) -> Scorer:
    """The model that was saved, ready to score."""
    main = load_main(folder)
    if not (folder / "blend.json").exists():
        return main
    features, prior = main.features, main.prior
    blend = read_json(folder / "blend.json")
    others = {name: _load_member(folder / "members" / name, features, prior) for name in blend["members"]}
    return Blend(main.booster, features, prior, others, blend["weights"], blend["kind"] == "ranks")


def load_main(folder: Path) -> Scorer:
    """The main member alone."""
    with opening(folder):
        about, trees = read_json(folder / "about.json"), load_model(folder / "model.txt")
        features, prior = about["features"], float(about["prior"])
        need(trees.num_feature() == len(features), f"its trees are of {trees.num_feature():,} features")
        need(isfinite(prior), "its prior is no number")
        return Scorer(trees, features, prior)


def save_blend(blended: TrainedBlend, into: Path) -> None:
    """Write blend.json, and each member in members/."""
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
