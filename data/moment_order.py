"""The order of a session's events of one moment, where the file's order means nothing."""

import numpy as np
import numpy.typing as npt
import polars as pl

from data.keys import key_hash, mix

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
    of_session, of_item = hashes
    drawn = pl.select(mix(pl.lit(of_session) ^ mix(of_item, SALT_MOMENT), SALT_MOMENT)).to_series().to_numpy()
    owner, moment, types = session.to_numpy(), ts_ms.to_numpy(), kind.to_numpy()
    together = np.lexsort((types, moment, owner))  # stable: a type's places of one moment stand in their order
    order = np.arange(len(owner), dtype=np.int64)
    order[together] = np.lexsort((drawn, types, moment, owner))
    return order
