"""Matrix factorisation: items and sessions in one space, learnt from which sessions visited which items."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix

from candidates.algorithms.event_weights import EventWeights, longest
from candidates.algorithms.lists import codes_of
from candidates.algorithms.products import Floats, Products
from candidates.algorithms.vote_kernel import weigh_all
from candidates.proposals import Proposals, Recaller, as_member, starts_of
from candidates.source import Fitted, History, Openable, check_type_weights
from data.checks import check_at_least, check_at_most, check_share
from data.fixed import ONE, as_float, fixed, type_weight
from data.schema import TYPES
from data.sound import array_of, need, need_finite
from data.visible import Visible

Ints = npt.NDArray[np.int64]
Model = Literal["als", "bpr"]


@dataclass(frozen=True)
class MatrixFactorisation(Openable):
    """The items whose factors have the largest product with the session's, among all items.

    `als` (alternating least squares) explains every visit with confidence 1 + alpha x weight and every other pair of
    session and item, as none, with confidence 1; a running session gets the factors that training would have given
    it, the items' held fast. `bpr` (Bayesian personalised ranking) learns to set a visited item above one that was
    not, whatever the weights; its sessions cannot be solved for, and are the mean of their items, by weight.

    Parameters
    ----------
    name
        The prefix of its columns.
    model
        `als` or `bpr`.
    factors
        Numbers an item. A fitted item takes 4 B x `factors`, and a session too while `als` and `bpr` train: a
        million items with the 800 factors of a winning contest entry are 3.2 GB. Time grows a little faster.
    iterations
        Passes over the history; null for 8 with `als`, 100 with `bpr`.
    regularization
        What keeps factors small.
    alpha
        What a visit of weight 1 adds to the confidence; `als` only. Of the tens of thousands of items that a session
        has not visited each counts 1, so that some hundreds are not much.
    learning_rate
        The length of a step; `bpr` only.
    cosine
        Compare directions alone: items' factors have length one when they are compared, for popular and rare items
        alike (for `bpr` also where the mean is taken, and the score is the mean cosine). Otherwise the score of `als`
        is the visit that is explained: 1 for a sure one, 0 for none.
    type_weights
        A visit's weight by the event's type, in the history and in the running session; 0 for no visit.
    min_count
        Items with fewer visits have no factors, and are not proposed; neither are those that no session visited with
        another such item: a session of one item says nothing of what goes together, and is left out.
    last_events
        The latest events of the running session that count.
    decay
        A visit's weight per event of the running session that came later.
    threads
        That train; with more than 1 no two runs of `bpr` are alike.
    seed
        Of the factors' start, and of what `bpr` compares.

    Notes
    -----
    ALS: Hu, Koren, Volinsky 2008, "Collaborative filtering for implicit feedback datasets", trained by conjugate
    gradients: Takacs, Pilaszy, Tikk 2011, "Applications of the conjugate gradient method for implicit feedback
    collaborative filtering". BPR: Rendle, Freudenthaler, Gantner, Schmidt-Thieme 2009, "BPR: Bayesian personalized
    ranking from implicit feedback". Both as in implicit: Frederickson, https://github.com/benfred/implicit.
    """

    name: str = "factors"
    needs: ClassVar[tuple[str, ...]] = ()
    model: Model = "als"
    factors: int = 128
    iterations: int | None = None
    regularization: float = 0.01
    alpha: float = 400.0
    learning_rate: float = 0.1
    cosine: bool = True
    type_weights: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(TYPES, 1.0))
    min_count: int = 2
    last_events: int = 10
    decay: float = 0.5
    threads: int = 1
    seed: int = 1

    def __post_init__(self) -> None:
        if self.model not in ("als", "bpr"):
            raise ValueError(f"`model` must be als or bpr, got {self.model!r}.")
        check_at_most(self, 4_096, "factors")
        check_at_most(self, 1_024, "threads")
        check_at_least(self, 1, "factors", "iterations", "min_count", "last_events", "threads")
        for name in ("regularization", "alpha", "learning_rate"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"`{name}` must be a number above 0, got {getattr(self, name)}.")
        check_share(self, "decay")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"`seed` must lie from 0 to 2^32 - 1, got {self.seed}.")
        check_type_weights(self.type_weights)

    @property
    def passes(self) -> int:
        """Over the history."""
        return self.iterations or {"als": 8, "bpr": 100}[self.model]

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Write items.parquet (item, ascending) and factors.npy, a row an item as it was trained."""
        visits = self._visits(history.events).collect()
        items = visits.select(pl.col("item").unique().sort())
        factors = np.empty((0, self.factors), dtype=np.float32)
        if items.height:
            factors = self._train(_matrix(visits, "session", items["item"]))
        items.write_parquet(into / "items.parquet")
        np.save(into / "factors.npy", factors, allow_pickle=False)
        return Fitted(into)

    def open(self, fitted: Fitted) -> Recaller:
        """The items with the largest products (see `Source.open`); a session of unknown items gets none."""
        items = fitted.table("items").collect()["item"].to_numpy()
        factors: Floats = array_of(fitted.folder / "factors.npy", np.float32, 2)
        need(len(factors) == len(items), f"there are {len(factors):,} factors of {len(items):,} items")
        need_finite(factors, "factors")
        compared = _of_length_one(factors) if self.cosine else factors
        columns, products = codes_of(items, np.arange(len(items))), Products(compared)
        solve = self._solver(factors, compared)
        weights = EventWeights(self.decay, self.type_weights)

        def answer(visible: Visible, k: int) -> Proposals:
            table = weights.upto(min(self.last_events, longest(visible.starts)))
            starts, own, sums = weigh_all(visible.starts, columns(visible.item), visible.type, table, self.last_events)
            asked = np.flatnonzero(np.diff(starts) > 0)
            best = products.largest(solve(_rows_of(starts, own, sums, asked, len(items))), k)
            counts = np.zeros(len(visible.starts) - 1, np.int64)
            counts[asked] = np.diff(best.starts)
            return Proposals(starts_of(counts), items[best.items].astype(np.int64), best.scores)

        return as_member(self.name, answer)

    def _visits(self, events: pl.LazyFrame) -> pl.LazyFrame:
        """session, item, weight: of the sessions that are learnt from, sorted."""
        worth = type_weight(dict(self.type_weights))
        return (
            events.select("session", "item", weight=fixed(worth))
            .filter(pl.col("weight") > 0)
            .filter(pl.len().over("item") >= self.min_count)
            .group_by("session", "item")
            .agg(weight=as_float(pl.col("weight").sum()))
            .filter(pl.len().over("session") >= 2)
            .sort("session", "item")
        )

    def _train(self, visits: csr_matrix) -> Floats:
        from candidates.algorithms.factor_training import train_als, train_bpr  # noqa: PLC0415 - implicit takes a second to load

        if self.model == "als":
            return train_als(self._confidences(visits), self)
        return np.ascontiguousarray(train_bpr(visits, self)[:, :-1])  # the last column: how popular the item is

    def _solver(self, factors: Floats, compared: Floats) -> Callable[[csr_matrix], Floats]:
        """Gives running sessions' vectors, a row each and by itself, from their visits."""
        if self.model == "als" and len(factors):
            from candidates.algorithms.factor_training import FoldIn  # noqa: PLC0415 - implicit takes a second to load

            fold_in = FoldIn(factors, self)
            return lambda visits: fold_in(self._confidences(visits))
        return lambda visits: _means(visits, compared)

    def _confidences(self, visits: csr_matrix) -> csr_matrix:
        confidences = visits.copy()
        confidences.data = 1 + np.float32(self.alpha) * visits.data
        return confidences


def _matrix(visits: pl.DataFrame, by: str, items: pl.Series) -> csr_matrix:
    """Weights with a row a session or query and a column an item, from rows sorted by both."""
    starts = np.append(0, np.cumsum(visits[by].rle().struct.field("len").to_numpy()))
    columns = items.search_sorted(visits["item"]).to_numpy()
    entries = (visits["weight"].to_numpy().astype(np.float32), columns.astype(np.int32), starts.astype(np.int32))
    return csr_matrix(entries, shape=(len(starts) - 1, len(items)))


def _rows_of(starts: Ints, columns: Ints, weights: Ints, asked: Ints, items: int) -> csr_matrix:
    """Fixed-point weights with a row for each asked query, from all queries' (which are empty where not asked)."""
    rows = np.append(starts[asked], starts[-1]).astype(np.int32)
    entries = ((weights / ONE).astype(np.float32), columns.astype(np.int32), rows)
    return csr_matrix(entries, shape=(len(asked), items))


def _means(visits: csr_matrix, factors: Floats) -> Floats:
    """The weighted mean of each row's items, summed in the items' order, whatever other rows there are."""
    wide = visits.astype(np.float64)
    total = np.maximum(wide.sum(axis=1), 1e-9)
    return np.asarray((wide @ factors.astype(np.float64)) / total).astype(np.float32)


def _of_length_one(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Floats = rows / np.maximum(lengths, np.float32(1e-9))
    return units
