"""What a command does before it imports anything large: hear signals, and see whether there is memory to begin with.

Standard library alone, and nothing where Aisle is imported by another program.
"""

import atexit
import os
import signal
import sys
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def begin() -> None:
    """Begin a command, if this process is one."""
    stage = stage_of(sys.orig_argv)
    if stage is None:
        return
    for number in STOPS:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _leave)
    atexit.register(_be_done)  # the first to be registered, and so the last to be called
    from pipeline.memory import lacking  # noqa: PLC0415 - signals are heard first

    if (said := lacking(stage)) is not None:
        print(f"error: {said}", file=sys.stderr)
        sys.exit(2)


def stage_of(command: list[str]) -> str | None:
    """The stage that an interpreter's command line runs; null where it runs something else."""
    if "-m" in command[:-1]:
        place = command.index("-m") + 1
        module, rest = command[place], command[place + 1 :]
        if module.startswith("pipeline."):
            return module.removeprefix("pipeline.")
        return _named(rest) if module in ("aisle", "aisle.__main__") else None
    scripts = [place for place, word in enumerate(command[:3]) if os.path.basename(word) == "aisle"]
    return _named(command[scripts[0] + 1 :]) if scripts else None


def _named(rest: list[str]) -> str:
    return rest[0].replace("-", "_") if rest else "aisle"


def _be_done() -> None:
    """Let nothing end a command that has ended: libraries take seconds to let go of memory, without a handler."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)


def _leave(number: int, _: FrameType | None) -> None:
    """End at once: nothing is half-written yet, or all that was is removed."""
    os.write(2, b"interrupted\n")
    os._exit(128 + number)
