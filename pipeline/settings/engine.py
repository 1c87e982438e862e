"""Where a run's tasks are run, as its settings name it."""

from typing import Literal

Kind = Literal["local", "dask"]
MOST_WORKERS = 1_024


def check_engine(engine: Kind, workers: int | None, scheduler: str | None, spread_rows: int | None) -> None:
    """Refuse what nobody would ask where the work is done by one process.

    Raises
    ------
    ValueError
        Naming the setting.
    """
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise ValueError(f"`workers` must lie between 1 and {MOST_WORKERS:,}, got {workers:,}.")
    if spread_rows is not None and spread_rows < 1:
        raise ValueError(f"`spread_rows` must be at least 1, got {spread_rows:,}.")
    for name, value in (("workers", workers), ("scheduler", scheduler), ("spread_rows", spread_rows)):
        if value is not None and engine != "dask":
            raise ValueError(
                f"`{name}` is {value}, and `engine` is {engine}; give --engine dask, or leave `{name}` out."
            )
    if workers is not None and scheduler is not None:
        raise ValueError(
            f"`workers` is {workers}, and `scheduler` {scheduler} has workers of its own; give one of the two."
        )
