"""`run.log`, beside a working directory's products: every line that a command says there, with its time and its stage.

Lines are appended, each by one write of its own, so that a killed run leaves all that it has said.
"""

import contextlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from data.errors import AisleError
from data.shortened import one_line

LOG = "run.log"
LONGEST = 2_000  # characters of a line
BEGINS, ENDS = "begins: ", "ends: "
"""How the first and the last line of a command begin; one that was killed has no last."""


class RunLog:
    """Lines of one command, in a file that others have written to before.

    Parameters
    ----------
    file
        A descriptor, open for appending.
    stage
        The command's name.
    """

    def __init__(self, file: int, stage: str) -> None:
        self.file = file
        self.stage = stage
        self.ended = False

    def __call__(self, line: str) -> None:
        """Append a line; a full disk loses it, and stops nothing."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
        with contextlib.suppress(OSError):
            os.write(self.file, f"{now}Z\t{self.stage}\t{one_line(line, LONGEST)}\n".encode())

    def end(self, how: str) -> None:
        """Append the last line, once."""
        if not self.ended:
            self.ended = True
            self(f"{ENDS}{how}")


@contextlib.contextmanager
def logged(workdir: Path, stage: str, command: Sequence[str], said: Callable[[BaseException], str]) -> Iterator[RunLog]:
    """Open a working directory's log for one command.

    Parameters
    ----------
    workdir
        The working directory.
    stage, command
        The command's name, and its arguments.
    said
        What is said of an error that ends it.

    Raises
    ------
    AisleError
        If something stands in its place that is no file, or it cannot be written.
    """
    log = RunLog(_open(workdir / LOG), stage)
    log(f"{BEGINS}{' '.join([stage, *command])} (process {os.getpid()})")
    try:
        yield log
        log.end("done")
    except BaseException as error:
        log.end(said(error))
        raise
    finally:
        os.close(log.file)


def _open(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        file = os.open(path, flags, 0o644)
    except OSError as error:
        raise AisleError(f"{path}: cannot be written ({error.strerror}); move away what stands there.") from None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise AisleError(f"{path}: is no file, and Aisle did not make it; move it away, or give another --workdir.")
    return file
