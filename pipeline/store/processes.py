"""Fresh processes that work for this one and do not outlive it, however it ends."""

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor


def fresh_processes(number: int) -> ProcessPoolExecutor:
    """So many processes that have inherited nothing.

    Parameters
    ----------
    number
        At once.
    """
    return ProcessPoolExecutor(
        number, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_the_one_that_started_it
    )


def _end_with_the_one_that_started_it() -> None:
    """Whoever is killed tells nobody: his workers would build on, beside the run that goes on from there."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True, name="parent").start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
