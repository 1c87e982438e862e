"""The order of a session's events of one moment, where the file's order means nothing."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.keys import key_hash, mixed
from data.schema import TYPES

SALT_MOMENT = 24

Places = npt.NDArray[np.int64]


def text_hash(keys: pl.Series) -> pl.Series:
    """A hash of keys that is the same whether they came as numbers or as texts."""
    return key_hash(keys.cast(pl.String))


def drawn_places(session: pl.Series, ts_ms: pl.Series, kind: pl.Series, hashes: tuple[pl.Series, pl.Series]) -> Places:
    """An order of events in which those of one session, moment and type stand as a hash draws them.

    The types keep the file's order among themselves, so that a view stays before the cart of the same second: only what
    is exchanged are the events of one type.

    Parameters
    ----------
    session, ts_ms, kind
        The events' sessions (as any numbers), times and types (as numbers), by session and time, one moment's in the
        file's order.
    hashes
        `text_hash` of the events' sessions and of their items. Both count: an order by item alone would be one order of
        the catalogue, from which a basket's first lines tell its size again.

    Returns
    -------
    npt.NDArray[np.int64]
        Which event comes first, second and so on.
    """
    of_session, of_item = (each.to_numpy() for each in hashes)
    drawn = mixed(of_session ^ mixed(of_item, SALT_MOMENT), SALT_MOMENT)
    moment = np.cumsum(_changes(session.to_numpy()) | _changes(ts_ms.to_numpy()))
    group = moment * len(TYPES) + kind.to_numpy()
    together = np.argsort(group, kind="stable")  # a type's places of one moment stand in their order
    order = np.empty(len(group), dtype=np.int64)
    order[together] = _by_group(group, drawn)
    return order


def _changes(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where a value differs from the one before it."""
    return np.concatenate([np.zeros(min(len(values), 1), bool), values[1:] != values[:-1]])


def _by_group(group: Places, drawn: npt.NDArray[np.uint64]) -> Places:
    """`np.lexsort((drawn, group))`: in one pass over numbers that begin with the group and end with what was drawn.

    Groups that nearly follow each other already are sorted so in a tenth of the time.
    """
    bits = np.uint64(int(group.max(initial=0)).bit_length())
    both = (group.astype(np.uint64) << (np.uint64(64) - bits)) | (drawn >> bits) if bits else drawn
    order = np.argsort(both, kind="stable")
    alike = both[order[1:]] == both[order[:-1]]
    if (alike & (drawn[order[1:]] < drawn[order[:-1]])).any():  # told apart by the bits that were cut off
        return np.lexsort((drawn, group))
    return order
