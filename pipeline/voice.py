"""What a command says, and where: results and lines for people or as JSON, and everything to `run.log` too."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console

from pipeline.ending import Clean, said_of
from pipeline.manner import Manner
from pipeline.outcome import Outcome
from pipeline.progress import StageLine
from pipeline.run_log import RunLog, logged
from pipeline.saying import WARNING, said_by
from pipeline.store.watching import Made, Stage
from pipeline.store.workdir import locked, sweep

WIDTH = 120  # columns that the widest table needs; a narrower terminal wraps it


class Voice:
    """How one command speaks; a store tells it what is made (see `pipeline.store.watching.Watch`).

    Parameters
    ----------
    name
        The command's name.
    manner
        How it is to speak.
    command
        Its arguments.

    Attributes
    ----------
    console
        Where results go that people read: stdout; stderr beside JSON; nowhere where it is to be quiet.
    clean
        What removes what is half-written, where a signal ends the command.
    outcome
        What it has come to.
    """

    def __init__(self, name: str, manner: Manner, command: Sequence[str] = ()) -> None:
        self.name = name
        self.manner = manner
        self.command = command
        self.console = _console(stderr=manner.json, quiet=manner.quiet)
        self.warner = _console(stderr=True) if manner.quiet else self.console
        self.clean: Clean = []
        self.outcome = Outcome(name)
        self._log: RunLog | None = None
        self._line: StageLine | None = None

    @contextmanager
    def opened(self, given: str | Path | None) -> Iterator[Path]:
        """A working directory, held for this command alone, and its `run.log`, which all lines go to as well.

        Raises
        ------
        AisleError
            As `locked` does; if the log cannot be written.
        """
        said = partial(said_of, self.name)
        with locked(given) as workdir, logged(workdir, self.name, self.command, said) as log, said_by(self.report):
            self.outcome.workdir, self._log = workdir, log
            self.clean += [partial(sweep, workdir), partial(log.end, "stopped by a signal"), self._let_go]
            try:
                yield workdir
            finally:
                self._log = None

    def report(self, line: str) -> None:
        """Say a line."""
        warns = line.startswith(WARNING)
        if warns:
            self.outcome.warnings.append(line.removeprefix(WARNING))
        if self._log:
            self._log(line)
        self._show(line, warns=warns)

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """On a terminal, one line while a stage's products are made, and one that stays."""
        if not self.console.is_terminal or self.manner.quiet:
            yield
            return
        self._line = line = StageLine(stage)
        try:
            with line.shown(self.console):
                yield
        finally:
            self._line = None
            if (stays := line.stays()) is not None:
                self._show(stays)

    def made(self, made: Made) -> None:
        """A product stands."""
        self.outcome.made[made.name] = made
        if self._log:
            self._log(made.line)
        if self._line:
            self._line.add(made)
        else:
            self._show(made.line)

    def published(self, path: Path) -> None:
        """A file was copied to where the user looks for it."""
        self.outcome.files.append(path)

    def answer(self, text: str) -> None:
        """Print a result as it is: to stdout, or to stderr beside JSON."""
        if not self.manner.quiet:
            print(text, file=self.console.file, flush=True)

    def aside(self, line: str) -> None:
        """Say on stderr what is no result: how far the work is, or what looks wrong."""
        if line.startswith(WARNING):
            self.outcome.warnings.append(line.removeprefix(WARNING))
        elif self.manner.quiet:
            return
        print(line, file=sys.stderr, flush=True)

    def conclude(self, code: int) -> None:
        """Print the JSON object, where one is asked for."""
        if self.manner.json:
            print(self.outcome.text(code), flush=True)

    def _show(self, line: str, *, warns: bool = False) -> None:
        console = self.warner if warns else self.console
        console.print(line, style="yellow" if warns else "dim", highlight=False, markup=False, emoji=False)

    def _let_go(self) -> None:
        """Give a terminal its cursor back."""
        if self.console.is_terminal:
            self.console.show_cursor(True)


def _console(*, stderr: bool = False, quiet: bool = False) -> Console:
    console = Console(soft_wrap=True, stderr=stderr, quiet=quiet)
    console.width = max(console.width, WIDTH)
    return console
