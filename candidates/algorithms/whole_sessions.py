"""A history read some whole sessions at a time: what learns from it need not hold it."""

from collections.abc import Iterator

import polars as pl

ROWS_AT_ONCE = 2_000_000


def whole_sessions(events: pl.LazyFrame, rows_at_once: int = ROWS_AT_ONCE) -> Iterator[pl.DataFrame]:
    """Frames of some rows each, in the order of the events, no session in two of them; one at least.

    Parameters
    ----------
    events
        Rows with a session; a session's stand together.
    rows_at_once
        About how many a frame; a longer session is one frame.
    """
    rest: pl.DataFrame | None = None
    for batch in events.collect_batches(chunk_size=rows_at_once, maintain_order=True):
        some = batch if rest is None else pl.concat([rest, batch])
        if some.is_empty():
            continue
        ended = pl.col("session") != some["session"][-1]
        rest = some.filter(~ended)
        if rest.height < some.height:
            yield some.filter(ended)
    yield events.head(0).collect() if rest is None else rest
