"""The boundary of readers: whatever a library raises over a file becomes one line that names the file and its rows."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import polars as pl

from data.errors import AisleError, EmptyFileError
from data.shortened import MOST, one_line

MEND = "look at these rows, and write the file's columns as plain text or numbers"


@contextmanager
def told(path: Path, rows: str) -> Iterator[None]:
    """Tell in one line what happens while a file's rows are read.

    Parameters
    ----------
    path
        The file.
    rows
        Which rows, in words, such as `rows 1 to 100`.

    Raises
    ------
    AisleError
        For whatever is raised, save a lack of memory. What was raised first is its cause.
    """
    try:
        yield
    except AisleError as error:
        error.args = (_named(path, str(error)),)
        raise
    except MemoryError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        raise AisleError(_strange(path, rows, error)) from error


def guarded(batches: Callable[[], Iterable[pl.DataFrame]], path: Path) -> Iterator[pl.DataFrame]:
    """A file's batches, with every fault told.

    Parameters
    ----------
    batches
        Begins to read.
    path
        The file.

    Yields
    ------
    pl.DataFrame
        The batches.
    """
    row = 1
    with told(path, "the file's first rows"):
        stream = iter(batches())
    while True:
        with told(path, f"the rows from {row:,} on"):
            batch = next(stream, None)
        if batch is None:
            return
        yield batch
        row += batch.height


def some_rows(
    files: Iterable[Path], read: Callable[[Path], Iterator[pl.DataFrame]]
) -> Iterator[tuple[Path, pl.DataFrame]]:
    """All files' batches; one without rows is passed over unless none has any.

    Raises
    ------
    EmptyFileError
        If no file has rows: of the first.
    """
    empty, seen = None, False
    for path in files:
        try:
            for batch in guarded(partial(read, path), path):
                seen = True
                yield path, batch
        except EmptyFileError as error:
            empty = empty or error
    if empty is not None and not seen:
        raise empty


def _named(path: Path, message: str) -> str:
    named = message if str(path) in message else f"{path}: {message}"
    return one_line(named, max(MOST, len(str(path)) + MOST // 2))


def _strange(path: Path, rows: str, error: BaseException) -> str:
    first = (str(error).strip() or "no reason given").partition("\n")[0]
    kind = type(error).__name__.removesuffix("Error").removesuffix("Exception")
    said = one_line(f"{kind}: {first}", 180)
    return _named(path, f"{path}: {rows} cannot be read ({said}); {MEND}.")
