"""Checked events as columns, session by session."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl


@dataclass(frozen=True)
class Rows:
    """Checked events, session by session in the sessions' order, each session's by time; columns that are null lack.

    Parameters
    ----------
    number
        The session's, rising.
    session, item, user, category, segment
        Keys as the log's dictionaries write them.
    ts_ms, type, price, quantity
        As in `data.visible.Visible`.
    """

    number: npt.NDArray[np.int64]
    session: pl.Series
    item: pl.Series
    ts_ms: npt.NDArray[np.int64]
    type: npt.NDArray[np.uint8]
    price: npt.NDArray[np.float64]
    quantity: npt.NDArray[np.float64]
    user: pl.Series | None
    category: pl.Series | None
    segment: pl.Series | None

    def at(self, places: npt.NDArray[np.int64]) -> "Rows":
        """Some of the rows, in the order of the places."""
        if len(places) == len(self.number) and (np.diff(places) == 1).all():
            return self

        def pick(values: pl.Series | None) -> pl.Series | None:
            return None if values is None else values.gather(places)

        return Rows(
            number=self.number[places],
            session=self.session.gather(places),
            item=self.item.gather(places),
            ts_ms=self.ts_ms[places],
            type=self.type[places],
            price=self.price[places],
            quantity=self.quantity[places],
            user=pick(self.user),
            category=pick(self.category),
            segment=pick(self.segment),
        )


def rows_of(typed: pl.DataFrame) -> Rows:
    """Rows that expressions have typed and sorted, with the number of each one's session."""
    session = typed["number"].to_numpy()
    number = np.cumsum(np.diff(session, prepend=session[:1]) != 0).astype(np.int64)
    return Rows(
        number=number,
        session=typed["session"],
        item=typed["item"],
        ts_ms=typed["ts"].to_physical().to_numpy(),
        type=typed["type"].to_physical().to_numpy().astype(np.uint8),
        price=_floats(typed["price"]),
        quantity=_floats(typed["quantity"]),
        user=typed["user"],
        category=typed["category"],
        segment=typed["segment"],
    )


def first_of_each(rows: Rows) -> npt.NDArray[np.int64]:
    """The places of the first of rows that are alike in session, item, time and type."""
    seen: set[tuple[object, ...]] = set()
    alike = zip(rows.number.tolist(), rows.item.to_list(), rows.ts_ms.tolist(), rows.type.tolist(), strict=True)
    kept = [place for place, row in enumerate(alike) if not (row in seen or seen.add(row))]  # type: ignore[func-returns-value]
    return np.array(kept, np.int64)


def _floats(values: pl.Series) -> npt.NDArray[np.float64]:
    return values.cast(pl.Float64).fill_null(float("nan")).to_numpy(writable=True)
