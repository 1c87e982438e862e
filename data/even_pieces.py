"""A stream of frames cut anew, so that what is written of it does not tell how it came."""

from collections.abc import Iterable, Iterator

import polars as pl


def even_pieces(frames: Iterable[pl.DataFrame], rows: int) -> Iterator[pl.DataFrame]:
    """The same rows in frames of so many, the last one shorter; one without rows where there are none at all.

    Parameters
    ----------
    frames
        Of the same columns.
    rows
        1 or more.

    Yields
    ------
    pl.DataFrame
        In one chunk of memory each; beside it never more than one given frame is held.
    """
    held: pl.DataFrame | None = None
    told = False
    for frame in frames:
        held = frame if held is None or held.is_empty() else pl.concat([held, frame])
        while held.height >= rows:
            yield held.head(rows).rechunk()
            held, told = held.slice(rows), True
    if held is not None and (held.height or not told):
        yield held.rechunk()
