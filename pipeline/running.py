"""Where a command's tasks run, and where their products are kept besides the working directory."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

from pipeline.settings.config import Config
from pipeline.store.dask_engine import DaskEngine
from pipeline.store.placed import placed
from pipeline.store.store import Store


@contextlib.contextmanager
def running(config: Config, store: Store) -> Iterator[Store]:
    """The store with the engine and the place that a configuration asks for, until the context ends.

    Parameters
    ----------
    config
        Names them.
    store
        Builds here.
    """
    with contextlib.ExitStack() as stack:
        if config.engine == "dask":
            engine = stack.enter_context(DaskEngine(store.report, config.workers, config.scheduler))
            store = replace(store, engine=engine)
        if config.place is not None:
            store = stack.enter_context(placed(store, config.place))
        yield store
