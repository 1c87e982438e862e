"""How scores become probabilities of actions, learnt and judged on rows that no ranker has learnt from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import polars as pl
from scipy.special import expit

from data.schema import TYPES
from data.tables import read_json, scan
from evaluation.classification import best_threshold, expected_calibration_error, probability_measures
from learning.boosting import load_model, save_model
from learning.calibration import ENOUGH
from ranker.action_rivals import fit_rivals, probabilities
from ranker.action_scores import cross_fitted_scores
from ranker.action_trees import cross_fitted_logits, grow, tree_logits
from ranker.actions import ActionModel, Actions, Floats, Learnt, calibrating_half, learn_actions
from ranker.lambdarank import LambdaRank, Scorer
from ranker.model_files import load_main

RANKER = "ranker, calibrated"
NOT_FEATURES = ("query", "item", "session", "part", *TYPES)


def learn_action_models(
    into: Path, rows: Path, training: Path, models: Mapping[str, Path], ranker: LambdaRank, actions: Actions
) -> dict[str, Any]:
    """Write actions.json (each objective's `ActionModel`), trees/<objective>.txt, judged.json (what they are worth).

    Parameters
    ----------
    into
        The folder to write.
    rows
        FEATURES with session, part and a 0/1 column a type, of queries of the valid fold drawn by hash.
    training
        The rankers' training rows, for objectives with few ones in the `stop` part, or whose ranker has
        learnt from it too: they are scored by cross-fitting, and calibrated on rows of `fit` as well.
    models, ranker
        The folder of the model that serves each objective, and how it was trained.
    actions
        The configuration.
    """
    table = scan(rows).collect().sort("query", "fused__rank")
    judges = (pl.col("part") == "stop") & ~calibrating_half(pl.col("session"))
    learnt: dict[str, Any] = {}
    judged: dict[str, Any] = {}
    scored: dict[tuple[Path, bool], Floats] = {}
    for objective, path in models.items():
        ones = table.filter((pl.col("part") == "stop") & ~judges)[objective].sum()
        # a ranker that was stopped on `stop` has seen it only to find the number of its trees
        of_fit_too = ones < ENOUGH or read_json(path / "about.json")["stopped_by"] != "stop part"
        if (path, of_fit_too) not in scored:
            scored[path, of_fit_too] = _honest_scores(table, path, of_fit_too, training, ranker)
        scores = scored[path, of_fit_too]
        logits = _logits(into, table, objective, of_fit_too, actions.rival_rows, ranker)
        known = pl.Series(np.isfinite(scores) & (logits is None or np.isfinite(logits)))
        teaches = known & (~judges & (pl.lit(of_fit_too) | (pl.col("part") == "stop")))
        teachers, pupils = (table.select(rule).to_series() for rule in (teaches, judges & known))
        chosen = teachers.to_numpy()
        taught = None if logits is None else logits[chosen]
        found = learn_actions(table.filter(teachers), scores[chosen], objective, taught)
        learnt[objective] = found and {"model": found.model.to_json(), "about": found.about}
        judged[objective] = found and {
            "method": found.about["method"],
            "input": found.about["input"],
            "calibration": found.about | {"scored_by": "cross-fitting" if of_fit_too else "the ranker itself"},
            "models": _judge(
                table, teachers, pupils, scores, logits, found, objective, actions, ranker.boosting.threads
            ),
        }
    (into / "actions.json").write_text(json.dumps(learnt, indent=1) + "\n")
    (into / "judged.json").write_text(json.dumps(judged, indent=1) + "\n")
    return {"rows": table.height, "objectives": sum(found is not None for found in learnt.values())}


@dataclass(frozen=True)
class ActionProbabilities:
    """Rankers and what makes probabilities of their scores, in memory.

    Parameters
    ----------
    models
        What was learnt of each objective that has probabilities.
    scorers
        Its ranker.
    trees
        Its trees, where it has any.
    """

    models: Mapping[str, ActionModel]
    scorers: Mapping[str, Scorer]
    trees: Mapping[str, lgb.Booster]

    @classmethod
    def open(cls, models: Mapping[str, Path], learnt: Path) -> "ActionProbabilities":
        """Read what `learn_action_models` wrote.

        Parameters
        ----------
        models
            The folder of the model that serves each objective.
        learnt
            The folder of the action models.
        """
        found = read_json(learnt / "actions.json")
        known = {o: ActionModel.from_json(values["model"]) for o, values in found.items() if values is not None}
        opened = {path: load_main(path) for path in dict.fromkeys(models[objective] for objective in known)}
        files = {o: learnt / "trees" / f"{o}.txt" for o, model in known.items() if model.trees}
        return cls(
            models=known,
            scorers={objective: opened[models[objective]] for objective in known},
            trees={objective: load_model(file) for objective, file in files.items() if file.exists()},
        )

    def __call__(self, rows: pl.DataFrame, threads: int) -> dict[str, Floats]:
        """Probabilities of FEATURES rows for each objective that has learnt them."""
        query, names = rows["query"].to_numpy(), action_features(rows)
        chances, scores = {}, dict[int, Floats]()
        for objective, model in self.models.items():
            if not rows.height:
                chances[objective] = np.zeros(0)
                continue
            scorer = self.scorers[objective]
            if id(scorer) not in scores:
                scores[id(scorer)] = scorer(rows, threads)
            trees = self.trees.get(objective)
            logits = None if trees is None else tree_logits(trees, rows, names, threads)
            chances[objective] = model(query, scores[id(scorer)], logits)
        return chances


def action_features(rows: pl.DataFrame) -> list[str]:
    """The columns that probabilities may depend on."""
    return [name for name in rows.columns if name not in NOT_FEATURES]


def _logits(
    into: Path, table: pl.DataFrame, objective: str, of_fit_too: bool, most: int, ranker: LambdaRank
) -> Floats | None:
    """Logits of trees that are grown on `fit`, and saved; those of its own rows, if wanted, by cross-fitting."""
    names, in_fit = action_features(table), (table["part"] == "fit").to_numpy()
    of_fit = table.filter(in_fit)
    trees = grow(of_fit, names, objective, most, ranker.boosting)
    if trees is None:
        return None
    (into / "trees").mkdir(exist_ok=True)
    save_model(trees, into / "trees" / f"{objective}.txt")
    logits = tree_logits(trees, table, names, ranker.boosting.threads)
    if of_fit_too:
        logits[in_fit] = cross_fitted_logits(of_fit, names, objective, most, ranker.boosting)
    return logits


def _honest_scores(table: pl.DataFrame, path: Path, of_fit_too: bool, training: Path, ranker: LambdaRank) -> Floats:
    """Scores by a ranker that has not learnt from the rows of `stop`, or, by cross-fitting, from any."""
    if not of_fit_too:
        return load_main(path)(table, ranker.boosting.threads)
    return cross_fitted_scores(scan(training / "rows"), table, read_json(path / "about.json"), ranker)


def _judge(
    table: pl.DataFrame,
    teachers: pl.Series,
    pupils: pl.Series,
    scores: Floats,
    logits: Floats | None,
    found: Learnt,
    objective: str,
    actions: Actions,
    threads: int,
) -> dict[str, Any]:
    """Measures of the ranker's probabilities and of its rivals' on the judging rows."""
    asked = table.filter(pupils)
    truth = asked[objective].to_numpy()
    mine = scores[pupils.to_numpy()]
    p = found.model(asked["query"].to_numpy(), mine, None if logits is None else logits[pupils.to_numpy()])
    taught = table.filter(teachers)
    best = best_threshold(taught[objective].to_numpy(), found.out_of_fold)
    raw = expected_calibration_error(truth, expit(mine))
    measures = probability_measures(truth, p, {"at_half": 0.5, "at_best": best})
    better = None if raw is None else measures["ece"] <= raw
    result = {RANKER: measures | {"raw_ece": raw, "ece_at_most_raw": better}}
    names = action_features(table)
    of_fit = table.filter(pl.col("part") == "fit")
    thresholds = table.filter((pl.col("part") == "stop") & calibrating_half(pl.col("session")))
    most, trees = actions.rival_rows, actions.trees
    for name, model in fit_rivals(of_fit, names, objective, most=most, trees=trees, threads=threads).items():
        seen = probabilities(model, thresholds, names) if thresholds.height else np.zeros(0)
        best = best_threshold(thresholds[objective].to_numpy(), seen)
        theirs = probabilities(model, asked, names) if asked.height else np.zeros(0)
        result[name] = probability_measures(truth, theirs, {"at_half": 0.5, "at_best": best})
    return result
