"""Train a blend: the members, and what each counts by the rows that none has learnt from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from data.schema import PARTS
from ranker.action_scores import fold_of
from ranker.blend import MAIN, Blend, Foreign, Members, Scores, weigh
from ranker.dataset import keys_of
from ranker.lambdarank import LambdaRank, Scorer, Trained, features_of, gains_of, train, with_hits
from ranker.recall_measure import recall_by_query, recall_measure


@dataclass(frozen=True)
class TrainedBlend:
    """A blend and what came of its training.

    Parameters
    ----------
    blend
        What scores.
    others
        LambdaRank members beside the main one, by name.
    foreign
        Other libraries' members, by name.
    about
        `kind`, `weights`, and by member, and for the blend, recall@20 of the `stop` part (of what its candidates
        hold). Members over `folds` have learnt from a share of that part: what they and the blend with them reach
        there is no fair measure, so `out_of_fold_recall@20` says what each row's model that has not seen it reaches.
        Null where all members have learnt from it.
    """

    blend: Blend
    others: Mapping[str, Trained]
    foreign: Mapping[str, Foreign]
    about: dict[str, Any]


def train_blend(
    rows: pl.LazyFrame, main: Trained, objective: str, ranker: LambdaRank, members: Members
) -> TrainedBlend:
    """Train the members beside the main one, and weigh all.

    Parameters
    ----------
    rows, objective, ranker
        What the main member was trained with (see `ranker.lambdarank.train`).
    main
        It.
    members
        The others, and how all are weighed.
    """
    watched = main.about["stopped_by"] == "stop part"
    learnt = with_hits(rows, objective)
    stop = learnt.filter(pl.col("part") == "stop")
    others = {
        name: train(rows, of, settings) for name, (of, settings) in members.lambdaranks(objective, ranker).items()
    }
    folds = {f"fold_{n + 1}": n for n in range(members.folds)}
    others |= {
        name: train(_unseen(leaving_out(rows, n, members.folds), objective, ranker), objective, ranker)
        for name, n in folds.items()
    }
    fit = learnt.filter(pl.col("part") == "fit") if watched else learnt
    names, gains = features_of(rows), gains_of(objective)
    foreign = {
        name: _trainer(name)(fit, stop if watched else None, names, gains, ranker.prior, trees)
        for name, trees in (("xgboost", members.xgboost), ("catboost", members.catboost))
        if trees is not None
    }
    scorers: dict[str, Scores] = {**{name: trained.scorer for name, trained in others.items()}, **foreign}
    seen = (stop if watched else learnt).collect().sort("query", "fused__rank")
    everyone: dict[str, Scores] = {MAIN: main.scorer, **scorers}
    scores = {name: scorer(seen, ranker.boosting.threads) for name, scorer in everyone.items()}
    fair = watched and not folds  # no weights by rows that were learnt from
    kind = members.blend if fair or members.blend != "ridge" else "mean"
    weights = weigh(kind, seen["query"].to_numpy(), seen["relevance"].to_numpy(), scores)
    own = main.scorer
    blend = Blend(own.booster, own.features, own.prior, scorers, weights, kind == "ranks")
    about: dict[str, Any] = {"kind": kind, "weights": weights, "stop_recall@20": None}
    if folds:
        kept = {n: others[name].scorer for name, n in folds.items()}
        about["out_of_fold_recall@20"] = _out_of_fold(learnt, kept, gains, ranker.boosting.threads)
    if watched:
        measure = recall_measure(seen, gains)
        scores["blend"] = blend(seen, ranker.boosting.threads)
        about["stop_recall@20"] = {name: measure(values) for name, values in scores.items()}
    return TrainedBlend(blend, others, foreign, about)


def _trainer(library: str) -> Callable[..., Foreign]:
    """A library's trainer; it is loaded where it is asked for alone."""
    if library == "xgboost":
        from ranker.xgboost_trees import train_xgboost  # noqa: PLC0415 - not at the start of every command

        return train_xgboost
    from ranker.catboost_trees import train_catboost  # noqa: PLC0415 - the same

    return train_catboost


def leaving_out(rows: pl.LazyFrame, group: int, groups: int) -> pl.LazyFrame:
    """Rows with other parts: `stop` for one group of the sessions, `fit` for all others.

    Parameters
    ----------
    rows
        FEATURES with session and part.
    group, groups
        Which of how many.
    """
    part = pl.when(fold_of(pl.col("session"), groups) == group).then(pl.lit("stop")).otherwise(pl.lit("fit"))
    return rows.with_columns(part=part.cast(pl.Enum(PARTS)))


def _unseen(rows: pl.LazyFrame, objective: str, ranker: LambdaRank) -> pl.LazyFrame:
    """Rows whose `stop` part is not learnt from: without it, where it has too few queries to stop by."""
    watched = keys_of(with_hits(rows.filter(pl.col("part") == "stop"), objective))
    enough = watched["query"].n_unique() >= ranker.min_stop_queries
    return rows if enough else rows.filter(pl.col("part") == "fit")


def _out_of_fold(learnt: pl.LazyFrame, kept: Mapping[int, Scorer], gains: Sequence[int], threads: int) -> float:
    """recall@20 of all rows, each scored by the model that has left its session out."""
    fold = fold_of(pl.col("session"), len(kept))
    gained, possible = 0.0, 0.0
    for group, scorer in kept.items():
        mine = learnt.filter(fold == group).collect().sort("query", "fused__rank")
        if mine.height:
            by_query = recall_by_query(mine, gains)
            gained += float(by_query.gained(scorer(mine, threads)).sum())
            possible += by_query.possible
    return gained / possible
