"""How every command ends: one line where something is wrong, and an exit code that says whose fault it is.

What each code means stands in `pipeline.manner.CODES`.
"""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence

from data import shortened
from data.errors import AisleError
from pipeline.interrupts import STOPS, Stopped, children, end_children, stoppable
from pipeline.manner import DEBUG
from pipeline.memory import is_memory, memory_said
from pipeline.store.faults import BUILDING

AGAIN = "the same command goes on where this run stopped"
LONGEST = 2_000  # characters of a line
USERS, OURS, UNREAD = 2, 3, 141
Clean = list[Callable[[], None]]
"""What removes what is half-written; the command adds to it as it goes."""


def ended(
    stage: str,
    arguments: Sequence[str] | None,
    work: Callable[[list[str], Clean], int | None],
    again: str = AGAIN,
) -> int:
    """Do a command's work and return its exit code.

    Parameters
    ----------
    stage
        The command's name.
    arguments
        The command line; null for the process's own.
    work
        Is given the arguments without `--debug`, and a list that it adds to (see `Clean`); null for 0.
    again
        What is said of going on where a signal has stopped it.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    rest = [argument for argument in given if argument != DEBUG]
    left: Clean = []
    others = children()

    def clean() -> None:
        end_children(others)
        for one in left:
            one()

    def say_stopped(number: int) -> None:
        _say(f"{STOPS[number]}; {again}")  # type: ignore[index]

    try:
        with stoppable(clean, say_stopped):
            code = work(rest, left) or 0
            sys.stdout.flush()
        return code
    except BaseException as error:
        if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
            raise  # --help and the like
        if DEBUG in given:
            traceback.print_exc()
        if isinstance(error, KeyboardInterrupt | Stopped):
            number = error.number if isinstance(error, Stopped) else signal.SIGINT
            with contextlib.suppress(OSError, AisleError):
                clean()
            say_stopped(number)
            return 128 + number
        return told(stage, error)


def said_of(stage: str, error: BaseException) -> str:
    """The one line of what has ended a command."""
    if isinstance(error, KeyboardInterrupt | Stopped):
        return STOPS[error.number if isinstance(error, Stopped) else signal.SIGINT]  # type: ignore[index]
    if isinstance(error, BrokenPipeError):
        return "nobody reads what is printed"
    return "done" if isinstance(error, SystemExit) else one_line(_said(stage, error)[1])


def one_line(text: str) -> str:
    """A text as one line of a terminal: no breaks, no control characters, no megabytes."""
    return shortened.one_line(" ".join(text.split()), LONGEST)


def told(stage: str, error: BaseException) -> int:
    """Say what has ended a command; return its exit code."""
    if isinstance(error, BrokenPipeError | SystemExit):  # the latter is how rich says the former
        _let_go_of_output()
        return UNREAD
    code, said = _said(stage, error)
    _say(f"error: {one_line(said)}")
    _let_go_of_output(flush=True)
    return code


def _said(stage: str, error: BaseException) -> tuple[int, str]:
    if isinstance(error, AisleError):
        return USERS, str(error)
    where = f"{stage}: {product}" if (product := _product(error)) else stage
    kind, text = type(error).__name__, str(error) or "no more is known"
    if is_memory(error):
        return USERS, f"{where}: {memory_said()}"
    if isinstance(error, OSError) and error.strerror:
        named = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
        return USERS, f"{where}: {named}{error.strerror}; see to the file or the disk, and give the same command again."
    return OURS, (
        f"{where}: {kind}: {one_line(text)[:300]}; this is a fault of Aisle's: give the same command with {DEBUG} to "
        "see where, and report it; a new --workdir shows whether something that was built before is the cause."
    )


def _product(error: BaseException) -> str | None:
    """What was being built."""
    notes = [note.removeprefix(BUILDING) for note in getattr(error, "__notes__", []) if note.startswith(BUILDING)]
    return notes[0] if notes else None


def _say(line: str) -> None:
    with contextlib.suppress(OSError, ValueError):  # nobody to say it to
        print(line, file=sys.stderr, flush=True)


def _let_go_of_output(*, flush: bool = False) -> None:
    """Let what is left to print go nowhere, where nobody takes it: Python would complain of it at its end."""
    try:
        if flush:
            sys.stdout.flush()
            return
    except (OSError, ValueError):
        pass
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
