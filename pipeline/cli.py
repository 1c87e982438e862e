"""The command line that all stages share: flags, YAML, one-line errors, and results as tables."""

import re
from argparse import HelpFormatter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NoReturn

import jsonargparse
from jsonargparse.typing import register_type
from rich.console import Console

from data.durations import parse_duration, write_duration
from data.errors import AisleError
from pipeline.commanding import commanded
from pipeline.foreseen import dry_run
from pipeline.manner import manners_said
from pipeline.plans.run import Run
from pipeline.remembered import as_json, remember
from pipeline.running import running
from pipeline.settings.building import build, merge
from pipeline.settings.candidates import Sources
from pipeline.settings.config import Config
from pipeline.settings.flags import layers_of
from pipeline.settings.reading import Tree
from pipeline.settings.value import Value
from pipeline.store.again import STAGES, again_of
from pipeline.store.code import ROOT
from pipeline.store.store import Store
from pipeline.store.workdir import looked_at
from pipeline.voice import Voice

DEMO = "configs/demo.yaml"
SWITCHES = ("--transductive", "--allow_leaks", "--folds.known_items_only")  # flags that may stand without a value
SHOWS = re.compile(r"-h|--help|--print_config(=.*)?|--[\w.]+\.help")  # what is answered without a run
NUMBERS = {"float": "a number", "int": "a whole number"}
"""What flags that are no settings take, as people say it."""

register_type(timedelta, serializer=write_duration, deserializer=parse_duration, fail_already_registered=False)
register_type(
    datetime, serializer=datetime.isoformat, deserializer=datetime.fromisoformat, fail_already_registered=False
)


class Parser(jsonargparse.ArgumentParser):
    """Shows and takes flags with dashes; YAML keeps the fields' names. What it refuses, it says in one line."""

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - as the class above it
        super().__init__(*args, **{"allow_abbrev": False, **settings})  # a typo is no abbreviation

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        """Raise what is wrong with the command line."""
        said = " ".join(message.split()).removesuffix(".")
        if required := re.search("arguments are required: (.+)", said):
            flags = [f"`--{name.strip().replace('_', '-')}`" for name in required[1].split(",")]
            said = f"{', '.join(flags)} must be given"
        elif wrong := re.search(r'key "([\w.]+)".*Expected a <class \'(\w+)\'>\. Got value: (.*)', said):
            said = f"`--{wrong[1].replace('_', '-')}` must be {NUMBERS.get(wrong[2], wrong[2])}, got {wrong[3]}"
        elif lacking := re.search(r"argument (--[\w-]+): expected one argument", said):
            said = f"`{lacking[1]}` needs a value, such as {lacking[1]} VALUE"
        raise AisleError(f"{said}; `{self.prog} --help` tells what is taken.")

    def format_help(self, formatter: HelpFormatter | None = None) -> str:
        """The help, `--max_sessions` shown as `--max-sessions`, with the flags of every command and the exit codes."""
        told = re.sub(r"--[\w.-]+", lambda flag: flag[0].replace("_", "-"), super().format_help(formatter))
        return f"{told}\n{manners_said()}"


def tidy_flags(arguments: Sequence[str]) -> list[str]:
    """Flags as the parser takes them: `--max-sessions 5` is `--max_sessions 5`, a bare `--transductive` is true."""
    tidy = [
        re.sub(r"^--[^=]+", lambda flag: "--" + flag[0][2:].replace("-", "_"), argument)
        if argument.startswith("--")
        else argument
        for argument in arguments
    ]
    return [
        f"{flag}=true" if flag in SWITCHES and follower.startswith("--") else flag
        for flag, follower in pairwise([*tidy, "--"])
    ]


def parser_for(stage: str, about: str) -> Parser:
    """The parser of a stage."""
    parser = Parser(
        prog=f"python -m pipeline.{stage}",
        usage=f"python -m pipeline.{stage} [--config FILE.yaml] [--print-config] [--dry-run] [--from STAGE | --force] "
        "[--setting value ...]",
        description=f"{about} Stages before it are built where they are missing or stale. Settings come from the YAML "
        "file, and flags win over it; `--print-config` shows them all with their values. `--from STAGE` builds "
        f"again what is current, from that stage on ({', '.join(STAGES)}), and `--force` everything.",
        default_env=False,
    )
    parser.add_argument("--config", action="config", help=f"YAML file of settings (default: {DEMO})")
    parser.add_class_arguments(Config, fail_untyped=True)
    # members as plain values, so that --print-config can write them
    members = {name: asdict(member) for name, member in Sources().covisit.items()}
    cuts = {name: asdict(cut) for name, cut in Value().cuts.items()}
    parser.set_defaults({"candidates.sources.covisit": members, "value.cuts": cuts})
    return parser


def configure(stage: str, about: str, arguments: Sequence[str]) -> Config:
    """Read the configuration of a command line; without `--config` the demo's."""
    return build(Config, settings_tree(lambda: parser_for(stage, about), Config, with_demo(arguments)))


def with_demo(arguments: Sequence[str]) -> list[str]:
    """Tidy flags, those of the demo before them where they name no configuration."""
    given = tidy_flags(arguments)
    if not any(a == "--config" or a.startswith("--config=") for a in given):
        given = ["--config", str(ROOT / DEMO), *given]
    return given


def settings_tree(parser: Callable[[], Parser], kind: type, given: Sequence[str]) -> Tree:
    """The tree of settings of tidy flags and files; what asks for help or for all settings is shown, and ends it all.

    Parameters
    ----------
    parser
        Makes what knows how to show them.
    kind
        Their class, which says what is taken.
    given
        The command line.

    Raises
    ------
    AisleError
        If a setting is unknown or refused.
    """
    shows = [flag for flag in given if SHOWS.fullmatch(flag)]
    if any("help" in flag or flag == "-h" for flag in shows):
        parser().parse_args(shows)
    tree = merge(kind, layers_of(kind, [flag for flag in given if flag not in shows]))
    if shows:
        parser().parse_args(["--config", as_json(tree), *shows])
    return tree


def main(stage: str, about: str, work: Callable[[Run, Console], object], arguments: Sequence[str] | None = None) -> int:
    """Run a stage; its exit code says how it ended (see `pipeline.manner.CODES`).

    Parameters
    ----------
    stage
        The command's name.
    about
        What it does, for `--help`.
    work
        Asks a run for products and shows them; what it returns is the result in the JSON object. With `--dry-run` it
        is done with a store that builds nothing; what it writes by itself, it writes where `run.place.store.builds`.
    arguments
        The command line; null for the process's own.
    """

    def staged(given: list[str], voice: Voice) -> object:
        again, given = again_of(given)
        tree = settings_tree(lambda: parser_for(stage, about), Config, with_demo(given))
        config = build(Config, tree)
        if voice.manner.dry_run:
            asked = lambda store, console: work(Run(config, replace(store, again=again)), console)  # noqa: E731
            return dry_run(looked_at(config.workdir), asked, voice)
        with voice.opened(config.workdir) as workdir:
            here = Store(workdir, voice.report, voice, budget=config.memory_bytes, again=again)
            with running(config, here) as store:
                run = Run(config, store)
                remember(workdir, stage, tree)
                return work(run, voice.console)

    return commanded(stage, arguments, staged)
