"""How many cores this process may use."""

import polars as pl


def threads_of(threads: int | None) -> int:
    """So many threads; where nobody has said, one a core: Polars' own, or a worker's share (`POLARS_MAX_THREADS`)."""
    return pl.thread_pool_size() if threads is None else threads
