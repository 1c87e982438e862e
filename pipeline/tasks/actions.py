"""Action probabilities as artifacts: rows drawn blindly, models learnt and judged, the scored fold's probabilities."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.special import expit

from data.schema import TYPES
from data.tables import read_json, scan, scan_all, shard_file, write
from evaluation.classification import best_threshold, expected_calibration_error, probability_measures
from learning.boosting import load_model, save_model
from learning.calibration import ENOUGH
from pipeline.tasks.describing import Described
from pipeline.tasks.training import load_main
from ranker.action_rivals import fit_rivals, probabilities
from ranker.action_scores import cross_fitted_scores
from ranker.action_trees import cross_fitted_logits, grow, tree_logits
from ranker.actions import (
    COLUMNS,
    ActionModel,
    Actions,
    Floats,
    Learnt,
    best_actions,
    calibrating_half,
    draw_queries,
    learn_actions,
)
from ranker.lambdarank import LambdaRank
from ranker.training_rows import label_rows

QUERIES_AT_ONCE = 10_000
RANKER = "ranker, calibrated"
NOT_FEATURES = ("query", "item", "session", "part", *TYPES)
Probabilities = Mapping[str, Floats]


def build_action_rows(
    into: Path, *, source: Described, labels: Path, most: Mapping[str | None, int], shards: int
) -> dict[str, Any]:
    """Write NNN.parquet: FEATURES, session, part and a 0/1 column a type, of queries drawn by hash.

    Parameters
    ----------
    into
        The folder to write.
    source, labels, shards
        The fold.
    most
        How many queries of which part; null is the part of a fold that is only scored.
    """
    queries = scan(source.fold / "queries").select("query", "session", "part")
    drawn = [draw_queries(queries.filter(pl.col("part").eq_missing(pl.lit(part))), n) for part, n in most.items()]
    chosen = pl.concat(drawn).sort("query").collect()
    truth, rows = scan(labels / "labels"), 0
    for shard in range(shards):
        described = label_rows(source.some(chosen.lazy(), shard), truth)
        named = described.join(chosen.lazy(), on="query", how="left", validate="m:1", maintain_order="left")
        rows += write(named, shard_file(into, shard))
    return {"queries": chosen.height, "rows": rows}


def build_action_models(
    into: Path, *, rows: Path, training: Path, models: Mapping[str, Path], how: LambdaRank, actions: Actions
) -> dict[str, Any]:
    """Write actions.json (each objective's `ActionModel`), trees/<objective>.txt, judged.json (what they are worth).

    Parameters
    ----------
    into
        The folder to write.
    rows
        What `build_action_rows` wrote of the valid fold.
    training
        The rankers' training rows, for objectives with few ones in the `stop` part, or whose ranker has
        learnt from it too: they are scored by cross-fitting, and calibrated on rows of `fit` as well.
    models, how
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
            scored[path, of_fit_too] = _honest_scores(table, path, of_fit_too, training, how)
        scores = scored[path, of_fit_too]
        logits = _logits(into, table, objective, of_fit_too, actions.rival_rows, how)
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
            "models": _judge(table, teachers, pupils, scores, logits, found, objective, actions, how.boosting.threads),
        }
    (into / "actions.json").write_text(json.dumps(learnt, indent=1) + "\n")
    (into / "judged.json").write_text(json.dumps(judged, indent=1) + "\n")
    return {"rows": table.height, "objectives": sum(found is not None for found in learnt.values())}


def build_actions(
    into: Path, *, source: Described, shard: int, models: Mapping[str, Path], learnt: Path, top: int, threads: int
) -> dict[str, Any]:
    """Write NNN.parquet: session, events, item in the shop's keys, p_click, p_cart, p_order, best first."""
    queries = pl.read_parquet(shard_file(source.fold / "queries", shard))
    items = pl.read_parquet(source.items).select("item", "key")
    pieces = []
    for first in range(0, max(queries.height, 1), QUERIES_AT_ONCE):
        some = queries.slice(first, QUERIES_AT_ONCE)
        rows = source.some(some.lazy().select("query"), shard).collect()
        best = best_actions(rows, _act(rows, models, learnt, threads), top)
        about = some.select("query", session="session_key", events="events")
        pieces.append(
            best.join(about, on="query", how="left", validate="m:1", maintain_order="left")
            .join(items, on="item", how="left", validate="m:1", maintain_order="left")
            .select("session", "events", *COLUMNS.values(), item="key")
            .select("session", "events", "item", *COLUMNS.values())
        )
    return {"rows": write(pl.concat(pieces), shard_file(into, shard))}


def build_actions_file(into: Path, *, shards: Sequence[Path]) -> dict[str, Any]:
    """Write actions.parquet: all shards, by session and events, best first."""
    table = scan_all(shards).collect()
    return {"rows": write(table.sort("session", "events", maintain_order=True), into / "actions.parquet")}


def build_actions_metrics(
    into: Path, *, learnt: Path, models: Mapping[str, Path], test_rows: Path | None, threads: int
) -> dict[str, Any]:
    """Write actions_metrics.json.

    Its keys: `valid.<type>`, null where nothing could be learnt: `models.<name>` with the measures of
    `evaluation.classification.probability_measures` (F1, precision and recall both `at_half` and `at_best`, the
    F1-best threshold of the calibrating half), `method`, `input` and `calibration` (out of fold); `test.<type>`: the
    same measures of the ranker's probabilities on queries of the scored fold, null without labels.
    """
    judged = read_json(learnt / "judged.json")
    tested: dict[str, Any] = dict.fromkeys(judged)
    if test_rows is not None:
        table = scan(test_rows).collect().sort("query", "fused__rank")
        for objective, p in _act(table, models, learnt, threads).items():
            thresholds = {"at_half": 0.5, "at_best": judged[objective]["models"][RANKER]["at_best"]["threshold"]}
            tested[objective] = probability_measures(table[objective].to_numpy(), p, thresholds)
    (into / "actions_metrics.json").write_text(json.dumps({"valid": judged, "test": tested}, indent=1) + "\n")
    return {}


def _act(rows: pl.DataFrame, models: Mapping[str, Path], learnt: Path, threads: int) -> dict[str, Floats]:
    """Probabilities of FEATURES rows for each objective that has learnt them."""
    found = read_json(learnt / "actions.json")
    known = {o: ActionModel.from_json(values["model"]) for o, values in found.items() if values is not None}
    scorers = {path: load_main(path) for path in dict.fromkeys(models[objective] for objective in known)}
    scores = {path: scorer(rows, threads) for path, scorer in scorers.items()} if rows.height else {}
    query, names = rows["query"].to_numpy(), _features(rows)
    chances = {}
    for objective, model in known.items():
        trees = learnt / "trees" / f"{objective}.txt"
        logits = tree_logits(load_model(trees), rows, names, threads) if trees.exists() and model.trees else None
        chances[objective] = model(query, scores[models[objective]], logits) if rows.height else np.zeros(0)
    return chances


def _features(rows: pl.DataFrame) -> list[str]:
    return [name for name in rows.columns if name not in NOT_FEATURES]


def _logits(
    into: Path, table: pl.DataFrame, objective: str, of_fit_too: bool, most: int, how: LambdaRank
) -> Floats | None:
    """Logits of trees that are grown on `fit`, and saved; those of its own rows, if wanted, by cross-fitting."""
    names, in_fit = _features(table), (table["part"] == "fit").to_numpy()
    of_fit = table.filter(in_fit)
    trees = grow(of_fit, names, objective, most, how.boosting)
    if trees is None:
        return None
    (into / "trees").mkdir(exist_ok=True)
    save_model(trees, into / "trees" / f"{objective}.txt")
    logits = tree_logits(trees, table, names, how.boosting.threads)
    if of_fit_too:
        logits[in_fit] = cross_fitted_logits(of_fit, names, objective, most, how.boosting)
    return logits


def _honest_scores(table: pl.DataFrame, path: Path, of_fit_too: bool, training: Path, how: LambdaRank) -> Floats:
    """Scores by a ranker that has not learnt from the rows of `stop`, or, by cross-fitting, from any."""
    if not of_fit_too:
        return load_main(path)(table, how.boosting.threads)
    return cross_fitted_scores(scan(training / "rows"), table, read_json(path / "about.json"), how)


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
    names = _features(table)
    of_fit = table.filter(pl.col("part") == "fit")
    thresholds = table.filter((pl.col("part") == "stop") & calibrating_half(pl.col("session")))
    most, trees = actions.rival_rows, actions.trees
    for name, model in fit_rivals(of_fit, names, objective, most=most, trees=trees, threads=threads).items():
        seen = probabilities(model, thresholds, names) if thresholds.height else np.zeros(0)
        best = best_threshold(thresholds[objective].to_numpy(), seen)
        theirs = probabilities(model, asked, names) if asked.height else np.zeros(0)
        result[name] = probability_measures(truth, theirs, {"at_half": 0.5, "at_best": best})
    return result
