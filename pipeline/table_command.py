"""What the commands on flat tables share: flags, one-line errors, and results published by name."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from rich.console import Console

from data.opening.paths import named_files
from pipeline.cli import WIDTH, Parser, read_settings, tidy_flags
from pipeline.ending import Clean, ended
from pipeline.store.store import Store
from pipeline.store.task import RawFile
from pipeline.store.workdir import locked, sweep


class Flat(Protocol):
    """A command's settings."""

    @property
    def table(self) -> str:
        """The file to learn from."""
        ...

    @property
    def test(self) -> str | None:
        """Another one to predict."""
        ...

    @property
    def workdir(self) -> str:
        """Where everything is written."""
        ...


F = TypeVar("F", bound=Flat)
Learn = Callable[[F, Store, Console], Path]


def learn_table(
    made: Parser, kind: type[F], arguments: Sequence[str], learn: Learn[F], results: Mapping[str, str]
) -> int:
    """Learn from a table; the exit code says how it ended (see `pipeline.ending`).

    Parameters
    ----------
    made
        The command's parser, to which the settings are added.
    kind
        The settings' dataclass.
    arguments
        The command line.
    learn
        Makes the artifact, prints what it holds and returns its folder.
    results
        The files that are published, by stem, and what they hold.
    """
    made.add_argument("--config", action="config", help="YAML file of settings")
    made.add_class_arguments(kind, fail_untyped=True)
    console = Console(soft_wrap=True)
    console.width = max(console.width, WIDTH)

    def learnt(given: list[str], clean: Clean) -> None:
        flat = read_settings(lambda: made, kind, tidy_flags(given))
        with locked(flat.workdir) as workdir:
            clean.append(partial(sweep, workdir))
            store = Store(workdir, lambda line: console.print(line, style="dim", highlight=False, markup=False))
            folder = learn(flat, store, console)
            for file in sorted(file for file in folder.iterdir() if file.stem in results):
                store.publish(file, file.name)
                console.print(f"{workdir / file.name}: {results[file.stem]}", highlight=False)

    return ended(f"{made.prog.rpartition('.')[2]} --table", arguments, learnt)


def raw_files(flat: Flat) -> tuple[RawFile, ...]:
    """All files of a command's tables."""
    given = {"table": flat.table, "test": flat.test}
    return tuple(
        RawFile(file)
        for setting, named in given.items()
        if named is not None
        for file in named_files(named, setting).files
    )
