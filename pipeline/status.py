"""`python -m pipeline.status`: every product of a working directory, whether it is current, and what would be built."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from data.errors import AisleError
from data.listed import listed
from data.nearest import did_you_mean
from data.paths import WORKDIR_MARK
from pipeline.cli import Parser, settings_tree, tidy_flags, with_demo
from pipeline.commanding import commanded
from pipeline.foreseen import Foreseen, foresee, standings, told_of
from pipeline.plans.run import Run
from pipeline.remembered import Remembered, built_again, remembered
from pipeline.settings.building import build
from pipeline.settings.config import Config
from pipeline.store.asking import AskingStore
from pipeline.store.products import holder
from pipeline.store.workdir import looked_at
from pipeline.voice import Voice
from report.standing import show_standing, summary_said

ABOUT = (
    "Tell every product of a working directory: its age, size and rows, whether it is current, and what would be built "
    "and why. Builds nothing, and may be asked while a run is under way."
)
TABLES = ("actions_table", "value_table", "profile_table")
"""The commands on flat tables, by their modules."""
COMMANDS = ("profile", "prepare", "candidates", "rank", "evaluate", "run", "actions", "value", "ltv", *TABLES)
USUAL = "run"
OF, WORKDIR = "--of", "--workdir"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    return commanded("status", arguments, _told)


def _told(given: list[str], voice: Voice) -> object:
    if {"-h", "--help"} & set(given):
        _parser().parse_args(["--help"])
    workdir, asked = _asked(given)
    voice.outcome.workdir = workdir
    foreseen = {one.command: _foreseen(one, workdir) for one in asked}
    standing = standings(workdir, list(foreseen.values()))
    show_standing(standing, voice.console)
    for line in _lines(workdir, asked, foreseen):
        voice.console.print(line, highlight=False, markup=False)
    more = any(told.stopped for told in foreseen.values())
    voice.console.print(summary_said(standing, more=more), highlight=False, markup=False)
    told = told_of(standing, list(foreseen.values()))
    return told | {"commands": list(foreseen), "held_by": holder(workdir)}


def _asked(given: Sequence[str]) -> tuple[Path, list[Remembered]]:
    """The working directory, and the commands that are asked what they would build, each with its settings."""
    flags = _pairs(tidy_flags(given))
    of = tuple(name.replace("-", "_") for name in listed(flags.pop(OF, "")))
    for name in of:
        if name not in COMMANDS:
            near = did_you_mean(name, COMMANDS) or f"; there are {', '.join(COMMANDS)}."
            raise AisleError(f"`{OF}` names `{name}`, which is no command with products{near}")
    if WORKDIR in flags and len(flags) == 1:
        workdir = looked_at(flags[WORKDIR])
        known = [one for one in remembered(workdir) if one.command in COMMANDS]
        if lacking := [name for name in of if name not in {one.command for one in known}]:
            raise AisleError(f"{workdir}: `{lacking[0]}` has not run here; give its settings with --config.")
        return workdir, [one for one in known if not of or one.command in of]
    tree = settings_tree(_parser, Config, with_demo([word for pair in flags.items() for word in pair]))
    workdir = looked_at(build(Config, tree).workdir)
    before = [one.command for one in remembered(workdir) if one.command in COMMANDS and one.command not in TABLES]
    return workdir, [Remembered(name, str(Path.cwd()), tree) for name in of or before or [USUAL]]


def _pairs(given: Sequence[str]) -> dict[str, str]:
    """Flags by name; `--name value` or `--name=value`."""
    pairs: dict[str, str] = {}
    rest = list(given)
    while rest:
        name, equals, text = rest.pop(0).partition("=")
        if not name.startswith("--") or not (equals or rest):
            raise AisleError(f"`{name}`: give flags with their values, such as {WORKDIR} artifacts/mine.")
        pairs[name] = text if equals else rest.pop(0)
    return pairs


def _foreseen(one: Remembered, workdir: Path) -> Foreseen:
    """What a command would build with its settings."""
    module = importlib.import_module(f"pipeline.{one.command}")

    def work(store: AskingStore, console: Console) -> object:
        settings = {**one.settings, "workdir": str(workdir)}
        if one.command in TABLES:
            return module.COMMAND.work(built_again(module.COMMAND.kind, settings), store, console)
        return module.work(Run(built_again(Config, settings), store), console)

    try:
        return foresee(workdir, work)
    except AisleError as error:
        return Foreseen((), f"it would end with: {error}")


def _lines(workdir: Path, asked: Sequence[Remembered], foreseen: dict[str, Foreseen]) -> list[str]:
    """What is to be known besides the table."""
    lines = []
    if (process := holder(workdir)) is not None:
        lines.append(f"a run holds it: process {process}")
    if not (workdir / WORKDIR_MARK).is_file():
        lines.append(f"{workdir}: is no working directory of Aisle; name the one that a run was given")
    if not asked:
        lines.append("no command has left its settings here: give --config to know what is current")
    for one in asked:
        if one.folder != str(Path.cwd()):
            lines.append(f"{one.command}: was run in {one.folder}, where relative paths in its settings begin")
        if stopped := foreseen[one.command].stopped:
            lines.append(f"{one.command}: {stopped}")
    return lines


def _parser() -> Parser:
    return Parser(
        prog="python -m pipeline.status",
        usage="python -m pipeline.status --workdir W [--of COMMAND,...] [--config FILE.yaml] [--setting value ...]",
        description=f"{ABOUT} Without --config, each command that has run there is asked with the settings that it was "
        "last given; with it or with settings, those. --of names the commands that are asked.",
        default_env=False,
    )


if __name__ == "__main__":
    sys.exit(main())
