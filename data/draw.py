"""How many questions a fold that trains must ask: of a large log as many as what learns from it has use for."""

from dataclasses import dataclass

import polars as pl

from data.checks import check_at_least
from data.keys import mix
from data.schema import TYPES

SALT_DRAW = 41


@dataclass(frozen=True)
class Needs:
    """What is learnt and measured on a fold's questions, as numbers of them.

    Parameters
    ----------
    tune
        Questions of the part `tune`: what fusion and a first stage are found on.
    fit, stop
        Questions of the parts `fit` and `stop` that have a label, per objective: what rankers learn from and what stops
        them.
    any
        Questions of any part: what recall and probabilities are measured on.
    most
        All together at most; it wins over the others.
    """

    tune: int
    fit: int
    stop: int
    any: int
    most: int

    def __post_init__(self) -> None:
        check_at_least(self, 1, "tune", "fit", "stop", "any", "most")


def drawn(questions: pl.DataFrame, needs: Needs) -> pl.DataFrame:
    """Keep whole sessions, drawn by hash, until every need is met.

    The draw knows nothing of what a session did: each is as likely as another, so that shares, probabilities and recall
    measured on what is kept are those of the whole fold. Only how many are kept follows from the labels.

    Parameters
    ----------
    questions
        session, events, hash (u64, of the session's key), part and a truth value a type: whether the question has such
        a label.
    needs
        What is enough.

    Returns
    -------
    pl.DataFrame
        The rows that are kept, in their order; all of them where they are not enough.
    """
    order = questions.sort(mix(pl.col("hash"), SALT_DRAW), "session", "events")
    counted = [
        (pl.col("part") == "tune", needs.tune),
        *(
            ((pl.col("part") == part) & pl.col(name), getattr(needs, part))
            for part in ("fit", "stop")
            for name in TYPES
        ),
    ]
    enough = min(needs.most, max(needs.any, *(_reached(order, held, number) for held, number in counted)))
    if enough >= order.height:
        return questions
    return questions.join(
        order.head(enough).select("session").unique(), on="session", how="semi", maintain_order="left"
    )


def _reached(order: pl.DataFrame, condition: pl.Expr, number: int) -> int:
    """How many rows hold a condition so often; all where they do less often, none where it never holds."""
    times = order.select(times=condition.fill_null(False).cast(pl.UInt32).cum_sum())["times"]
    if times.is_empty() or not times[-1]:  # a log of clicks needs no orders
        return 0
    return min(int(times.search_sorted(number)) + 1, order.height)
