"""What a fit says meanwhile: lines of the logger `aisle`, printed where they are asked for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.saying import LOG, said_by


@contextmanager
def told(verbose: bool) -> Iterator[Callable[[str], None]]:
    """Where a fit's lines go: to the logger `aisle` as INFO, which shows them where the program's logging does.

    Parameters
    ----------
    verbose
        Whether they are printed instead.
    """
    if not verbose:
        yield LOG.info
        return
    with said_by(print):
        yield print
