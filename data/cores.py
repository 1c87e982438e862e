"""How many cores this process may use."""

import polars as pl


def cores() -> int:
    """As many as Polars' threads: those of the machine, or a worker's share of them (`POLARS_MAX_THREADS`)."""
    return pl.thread_pool_size()


def threads_of(threads: int | None) -> int:
    """So many threads, or one a core where nobody has said."""
    return cores() if threads is None else threads
