"""Train a blend: the members, and what each counts by the rows that none has learnt from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from learning.boosting import Boosting
from ranker.blend import MAIN, Blend, Members, Scores, weigh
from ranker.catboost_trees import train_catboost
from ranker.lambdarank import LambdaRank, Trained, features_of, gains_of, train, with_hits
from ranker.recall_measure import recall_measure
from ranker.xgboost_trees import train_xgboost


@dataclass(frozen=True)
class TrainedBlend:
    """A blend and what came of its training.

    Parameters
    ----------
    blend
        What scores.
    others
        LambdaRank members beside the main one, by name.
    about
        `kind`, `weights`, and by member, and for the blend, recall@20 of the `stop` part (of what its candidates
        hold; null where the members have learnt from it too).
    """

    blend: Blend
    others: Mapping[str, Trained]
    about: dict[str, Any]


def train_blend(rows: pl.LazyFrame, main: Trained, objective: str, how: LambdaRank, members: Members) -> TrainedBlend:
    """Train the members beside the main one, and weigh all.

    Parameters
    ----------
    rows, objective, how
        What the main member was trained with (see `ranker.lambdarank.train`).
    main
        It.
    members
        The others, and how all are weighed.
    """
    watched = main.about["stopped_by"] == "stop part"
    learnt = with_hits(rows, objective)
    stop = learnt.filter(pl.col("part") == "stop")
    others = {name: train(rows, of, settings) for name, (of, settings) in members.lambdaranks(objective, how).items()}
    scorers: dict[str, Scores] = {name: trained.scorer for name, trained in others.items()}
    trainers: dict[str, tuple[Callable[..., Scores], Boosting | None]] = {
        "xgboost": (train_xgboost, members.xgboost),
        "catboost": (train_catboost, members.catboost),
    }
    for name, (trainer, trees) in trainers.items():
        if trees is not None:
            fit = learnt.filter(pl.col("part") == "fit") if watched else learnt
            names, gains = features_of(rows), gains_of(objective)
            scorers[name] = trainer(fit, stop if watched else None, names, gains, how.prior, trees)
    seen = (stop if watched else learnt).collect().sort("query", "fused__rank")
    everyone: dict[str, Scores] = {MAIN: main.scorer, **scorers}
    scores = {name: scorer(seen, how.boosting.threads) for name, scorer in everyone.items()}
    kind = members.blend if watched or members.blend != "ridge" else "mean"  # no weights from rows that were learnt
    weights = weigh(kind, seen["query"].to_numpy(), seen["relevance"].to_numpy(), scores)
    own = main.scorer
    blend = Blend(own.booster, own.features, own.prior, scorers, weights, kind == "ranks")
    about: dict[str, Any] = {"kind": kind, "weights": weights, "stop_recall@20": None}
    if watched:
        measure = recall_measure(seen, gains_of(objective))
        scores["blend"] = blend(seen, how.boosting.threads)
        about["stop_recall@20"] = {name: measure(values) for name, values in scores.items()}
    return TrainedBlend(blend, others, about)
