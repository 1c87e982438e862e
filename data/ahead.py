"""A stream of which the next item is made while the last one is worked on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def one_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, each made by another thread while whoever asks is busy with the one before it.

    Parameters
    ----------
    items
        What they are made by lets go of the interpreter's lock, or nothing is gained; an error comes where its item
        would.

    Yields
    ------
    T
        In their order; one more than is asked for is held.
    """
    end = object()
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = maker.submit(next, items, end)
            yield item  # type: ignore[misc]
            del item
