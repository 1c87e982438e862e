"""What the commands on flat tables share: flags, one-line errors, and results published by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from rich.console import Console

from data.opening.paths import named_files
from pipeline.cli import Parser, settings_tree, tidy_flags
from pipeline.commanding import commanded
from pipeline.foreseen import dry_run
from pipeline.remembered import remember
from pipeline.settings.building import build
from pipeline.store.store import Store
from pipeline.store.task import RawFile
from pipeline.store.workdir import looked_at
from pipeline.voice import Voice


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


@dataclass(frozen=True)
class TableCommand(Generic[F]):
    """A command on a flat table.

    Parameters
    ----------
    name
        The command's name, before `--table`.
    kind
        The settings' dataclass.
    learn
        Makes the artifact, prints what it holds, and returns its folder and its measures.
    results
        The files that are published, by stem, and what they hold.
    """

    name: str
    kind: type[F]
    learn: Callable[[F, Store, Console], tuple[Path, object]]
    results: Mapping[str, str]

    def work(self, flat: F, store: Store, console: Console) -> dict[str, object]:
        """Learn from a table and publish what came of it; return the measures."""
        folder, measures = self.learn(flat, store, console)
        for file in sorted(file for file in folder.iterdir() if file.stem in self.results):
            store.publish(file, file.name)
            console.print(f"{store.root / file.name}: {self.results[file.stem]}", highlight=False)
        return {"metrics": measures}

    def main(self, parser: Parser, arguments: Sequence[str]) -> int:
        """Run the command; the exit code says how it ended (see `pipeline.manner.CODES`).

        Parameters
        ----------
        parser
            The command's parser, to which the settings are added.
        arguments
            The command line.
        """
        parser.add_argument("--config", action="config", help="YAML file of settings")
        parser.add_class_arguments(self.kind, fail_untyped=True)

        def learnt(given: list[str], voice: Voice) -> object:
            tree = settings_tree(lambda: parser, self.kind, tidy_flags(given))
            flat = build(self.kind, tree)
            if voice.manner.dry_run:
                return dry_run(looked_at(flat.workdir), partial(self.work, flat), voice)
            with voice.opened(flat.workdir) as workdir:
                remember(workdir, f"{self.name}_table", tree)
                return self.work(flat, Store(workdir, voice.report, voice), voice.console)

        return commanded(f"{self.name} --table", arguments, learnt)


def raw_files(flat: Flat) -> tuple[RawFile, ...]:
    """All files of a command's tables."""
    given = {"table": flat.table, "test": flat.test}
    return tuple(
        RawFile(file)
        for setting, named in given.items()
        if named is not None
        for file in named_files(named, setting).files
    )
