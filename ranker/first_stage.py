"""The first stage: a small model over the sources' votes orders all candidates, so that the rankers see the best."""

from dataclasses import dataclass, field

import polars as pl

from candidates.union import in_order, members_of
from data.candidates import Candidates
from data.keys import mix
from data.schema import PARTS
from features.groups.source_votes import source_votes
from learning.boosting import Boosting
from ranker.lambdarank import MOST_ROWS, SHARED, LambdaRank, Scorer, Trained, train
from ranker.training_rows import hits_of, label_rows
from ranker.votes_kernel import codes_of, vote_columns

SALT = 8
WATCHED = 4


def _small() -> LambdaRank:
    """Few columns need few leaves, and a wide look: what counts is who is among the first hundred."""
    trees = Boosting(rounds=100, patience=20, learning_rate=0.1, leaves=15, min_rows=100, feature_share=0.5, l2=10.0)
    return LambdaRank(truncation=100, boosting=trees)


@dataclass(frozen=True)
class FirstStage:
    """How candidates are put in order before any feature is made.

    Trees over each member's rank and score start from the fused order; they may know that an item which two
    members like is worth more than the sum of both, which weights cannot say. Learnt on the `tune` part over all
    types, a quarter of its queries watched; with few queries it stays with the fused order (see `LambdaRank`).

    Parameters
    ----------
    model
        The trees, and how their number is found.
    """

    model: LambdaRank = field(default_factory=_small)

    def learn(self, fused: pl.DataFrame, labels: pl.DataFrame) -> Trained | None:
        """Train on fused candidates of the tuning queries; None where no label is among them.

        Parameters
        ----------
        fused
            CANDIDATES before any cut, all of a query's; those beyond what LightGBM takes are left out.
        labels
            LABELS of the same queries.
        """
        fused = fused.filter(pl.col("fused__rank") <= MOST_ROWS)
        hits = hits_of(fused.lazy(), labels.lazy()).collect()
        if hits.is_empty():
            return None
        part = pl.when(mix(pl.col("query").cast(pl.UInt64), SALT) % WATCHED == 0).then(pl.lit("stop"))
        rows = (
            votes(fused.lazy().join(hits.lazy().select("query").unique(), on="query", how="semi").collect().lazy())
            .pipe(label_rows, hits.lazy())
            .with_columns(part=part.otherwise(pl.lit("fit")).cast(pl.Enum(PARTS)))
            .sort("query", "fused__rank")
        )
        return train(rows.collect().lazy(), SHARED, self.model)


def votes(fused: pl.LazyFrame) -> pl.LazyFrame:
    """CANDIDATES with what the trees see besides: every score as a share of the query's best, and the counts.

    Returns
    -------
    pl.LazyFrame
        The same rows; `<member>__share` f32 and the columns of `features.groups.source_votes`.
    """
    shares = [
        (pl.col(f"{m}__score") / pl.col(f"{m}__score").max().over("query").replace(0.0, None)).alias(f"{m}__share")
        for m in members_of(fused)
    ]
    counted = source_votes({"candidates": fused}).drop("query", "item")  # aligned: rows as they stand
    return pl.concat([fused.with_columns(shares), counted], how="horizontal")


@dataclass(frozen=True)
class Reordering:
    """A learnt first stage ready to reorder candidates, of one session or many; equal scores go by item.

    Parameters
    ----------
    scorer
        The trees.
    threads
        Parts of the rows that are scored at once; the order does not depend on it.
    """

    scorer: Scorer
    threads: int

    def __call__(self, candidates: Candidates) -> Candidates:
        """CANDIDATES in the model's order, its score in place of the fused one.

        Raises
        ------
        KeyError
            If the model has learnt from members that are not among these.
        """
        if not len(candidates.item):
            return candidates
        columns = vote_columns(candidates, *codes_of(self.scorer.features, candidates.members))
        return in_order(candidates, self.scorer.of_columns(columns, candidates.fused_rank, self.threads))
