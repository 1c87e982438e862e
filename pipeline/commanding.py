"""What every command is: its own flags and those of all, work, one line where something is wrong, an exit code."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from data.opening.unread import require_file
from pipeline.ending import AGAIN, Clean, ended, said_of, told
from pipeline.manner import DEBUG, manner_of
from pipeline.voice import Voice


def commanded(
    name: str, arguments: Sequence[str] | None, work: Callable[[list[str], Voice], object], again: str = AGAIN
) -> int:
    """Do a command's work, in the manner that its command line asks for; return its exit code.

    Parameters
    ----------
    name
        The command's name.
    arguments
        The command line; null for the process's own.
    work
        Is given the arguments without those of every command, and the voice to speak with; what it returns is told
        as `result` in the JSON object. Where `voice.manner.dry_run`, it builds and writes nothing.
    again
        What is said of going on where a signal has stopped it.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    manner, rest = manner_of(given)
    voice = Voice(name, manner, given)

    def worked(rest: list[str], clean: Clean) -> None:
        voice.clean = clean
        try:
            voice.outcome.result = work(rest, voice)
        except BaseException as error:
            voice.outcome.error = said_of(name, error)
            raise

    code = ended(name, [*rest, *([DEBUG] if manner.debug else [])], worked, again)
    try:
        voice.conclude(code)
    except BrokenPipeError as error:
        return told(name, error)
    return code


def planned(voice: Voice, line: str, reads: Sequence[Path] = ()) -> dict[str, object]:
    """Tell what a command without a working directory would do; return it for the JSON object.

    Parameters
    ----------
    voice
        Says it.
    line
        What it would do.
    reads
        The files that it would read.

    Raises
    ------
    AisleError
        If one of them is not there.
    """
    for file in reads:
        require_file(file)
    voice.answer(line)
    return {"would": line}
