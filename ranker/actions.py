"""Will this visitor act on this item: the probability of a click, a cart and an order for every candidate.

A ranker's scores order the candidates of one query; they are no probabilities, and it has seen only queries with a
hit. So queries are drawn without a look at their labels, scored by models that have not learnt from them, and one half
of their sessions teaches how a score becomes a probability; the other half says what that is worth.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.keys import mix
from data.sampling import some_queries
from data.schema import TYPES
from evaluation.recall import TOTAL_WEIGHTS
from learning.calibration import Calibrated, Calibration, calibrate, from_json, logistic, to_json

Floats = npt.NDArray[np.float64]
SALT_QUERIES, SALT_HALVES = 21, 22
COLUMNS = {"clicks": "p_click", "carts": "p_cart", "orders": "p_order"}


@dataclass(frozen=True)
class Actions:
    """How action probabilities are made and judged.

    Parameters
    ----------
    top
        Candidates a query that leave, best first by 0.1 click + 0.3 cart + 0.6 order.
    queries
        Queries of the `stop` part, and of the scored fold, that calibrate and judge; drawn by hash, at most.
    rival_queries
        Queries of the `fit` part that logistic regression and random forest learn from, drawn likewise.
    rival_rows
        Rows of them an objective: negatives beyond that are drawn by hash and weighted.
    trees
        Of the forest.
    """

    top: int = 20
    queries: int = 3_000
    rival_queries: int = 1_500
    rival_rows: int = 20_000
    trees: int = 100

    def __post_init__(self) -> None:
        for name in ("top", "queries", "rival_queries", "rival_rows", "trees"):
            if getattr(self, name) < 1:
                raise ValueError(f"`actions.{name}` must be at least 1, got {getattr(self, name)}.")


@dataclass(frozen=True)
class ActionModel:
    """One objective's way from a ranker's score to a probability.

    Parameters
    ----------
    score, log_softmax, trees, constant
        What the score, the logarithm of its softmax within the query, and the logit of `ranker.action_trees` count in
        the sum that is calibrated.
    calibration
        From that sum to the probability.
    """

    score: float
    log_softmax: float
    trees: float
    constant: float
    calibration: Calibration

    def __call__(self, query: npt.NDArray[Any], scores: Floats, logits: Floats | None = None) -> Floats:
        """The probabilities of rows whose queries stand together (see `log_softmax`), with the trees' logits if any."""
        inputs = _inputs(query, scores, logits)
        return self.calibration(inputs @ np.array([self.score, self.log_softmax, self.trees]) + self.constant)

    def to_json(self) -> dict[str, Any]:
        """The model as plain values."""
        return asdict(self) | {"calibration": to_json(self.calibration)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ActionModel":
        """What `to_json` gave."""
        return cls(**{**values, "calibration": from_json(values["calibration"])})


@dataclass(frozen=True)
class Learnt:
    """An action model and what came of its making: out-of-fold probabilities, and what each input was worth."""

    model: ActionModel
    out_of_fold: Floats
    about: dict[str, Any]


def draw_queries(queries: pl.LazyFrame, most: int) -> pl.LazyFrame:
    """Queries drawn by hash, whatever their labels: the given columns, sorted by query."""
    return some_queries(queries, most, SALT_QUERIES).sort("query")


def calibrating_half(sessions: pl.Expr) -> pl.Expr:
    """Whether a session is of the half that calibrates; the other half judges."""
    return mix(sessions.cast(pl.UInt64), SALT_HALVES) % 2 == 0


def log_softmax(query: npt.NDArray[Any], scores: Floats) -> Floats:
    """The logarithm of each score's softmax within its query; rows of a query stand together."""
    if not len(query):
        return np.zeros(0)
    first = np.flatnonzero(np.r_[True, query[1:] != query[:-1]])
    lengths = np.diff(np.r_[first, len(query)])
    centred = scores - np.repeat(np.maximum.reduceat(scores, first), lengths)
    return np.asarray(centred - np.repeat(np.log(np.add.reduceat(np.exp(centred), first)), lengths))


def learn_actions(rows: pl.DataFrame, scores: Floats, objective: str, logits: Floats | None = None) -> Learnt | None:
    """Find how an objective's scores become probabilities.

    The score alone, its softmax within the query, and a logistic regression on both, and on both and the trees' logits,
    are calibrated, and the one with the least out-of-fold log loss is taken (the Brier score of rare events hardly
    tells one input from another).

    Parameters
    ----------
    rows
        query, session, and the objective's 0/1 column; rows of a query stand together.
    scores
        Of models that have not learnt from these rows.
    objective
        A type.
    logits
        Of `ranker.action_trees`, grown without these rows.

    Returns
    -------
    Learnt or None
        None where no row, or every row, is a 1.
    """
    truth = rows[objective].to_numpy().astype(np.float64)
    if not 0 < truth.sum() < len(truth):
        return None
    query, sessions = rows["query"].to_numpy(), rows["session"].to_numpy()
    tried: dict[str, tuple[ActionModel, Calibrated]] = {}
    inputs = _inputs(query, scores, logits)
    for name, weights in _weights(inputs, truth, logits is not None).items():
        found = calibrate(inputs @ np.array(weights[:3]) + weights[3], truth, sessions)
        tried[name] = ActionModel(*weights, found.calibration), found
    losses = {name: _log_loss(truth, found.out_of_fold) for name, (_, found) in tried.items()}
    best = min(tried, key=lambda name: losses[name])
    model, found = tried[best]
    raw = tried["score"][1].about["raw_ece"]
    return Learnt(model, found.out_of_fold, found.about | {"raw_ece": raw, "input": best, "log_loss_by_input": losses})


def best_actions(pairs: pl.DataFrame, probabilities: Mapping[str, Floats], top: int) -> pl.DataFrame:
    """The `top` candidates of each query by the weights of the total measure, equals in fused order.

    Parameters
    ----------
    pairs
        query, item, fused__rank.
    probabilities
        An array a type; a type that lacks one counts nothing and is null.
    top
        How many.

    Returns
    -------
    pl.DataFrame
        query, item, p_click, p_cart, p_order f32; sorted by query, best first.
    """
    known = [pl.Series(COLUMNS[name], values) for name, values in probabilities.items()]
    lacking = [pl.lit(None, pl.Float64).alias(COLUMNS[name]) for name in TYPES if name not in probabilities]
    worth = pl.sum_horizontal(TOTAL_WEIGHTS[name] * pl.col(COLUMNS[name]).fill_null(0.0) for name in TYPES)
    return (
        pairs.select("query", "item", "fused__rank")
        .with_columns(*known, *lacking)
        .with_columns(worth=worth)
        .sort("query", "worth", "fused__rank", descending=[False, True, False])
        .filter(pl.int_range(pl.len()).over("query") < top)
        .select("query", "item", pl.col(*COLUMNS.values()).cast(pl.Float32))
    )


def _inputs(query: npt.NDArray[Any], scores: Floats, logits: Floats | None) -> Floats:
    """Score, log softmax and the trees' logit (0 without): a row each."""
    return np.asarray(np.c_[scores, log_softmax(query, scores), np.zeros(len(scores)) if logits is None else logits])


def _weights(inputs: Floats, truth: Floats, trees: bool) -> dict[str, tuple[float, float, float, float]]:
    """What each input counts, and a constant; four numbers learnt on thousands of rows need no fold of their own."""
    fixed = {"score": (1.0, 0.0, 0.0, 0.0), "softmax": (0.0, 1.0, 0.0, 0.0), "both": _regress(inputs[:, :2], truth)}
    return fixed | ({"both and trees": _regress(inputs, truth)} if trees else {})


def _regress(inputs: Floats, truth: Floats) -> tuple[float, float, float, float]:
    middle, scale = inputs.mean(axis=0), np.where(inputs.std(axis=0) > 0, inputs.std(axis=0), 1.0)
    model = logistic((inputs - middle) / scale, truth)
    slopes = np.zeros(3)
    slopes[: inputs.shape[1]] = model.coef_[0] / scale
    constant = float(model.intercept_[0] - (slopes[: inputs.shape[1]] * middle).sum())
    return float(slopes[0]), float(slopes[1]), float(slopes[2]), constant


def _log_loss(truth: Floats, p: Floats) -> float:
    return -float(np.mean(np.log(np.where(truth == 1, p, 1 - p))))
