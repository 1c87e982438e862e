"""The command line that all stages share: flags, YAML, one-line errors, and results as tables."""

import json
import re
from argparse import HelpFormatter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import NoReturn, TypeVar

import jsonargparse
from jsonargparse.typing import register_type
from rich.console import Console

from data.durations import parse_duration, write_duration
from data.errors import AisleError
from pipeline.ending import Clean, ended
from pipeline.plans.run import Run
from pipeline.saying import WARNING, said_by
from pipeline.settings.building import build, merge
from pipeline.settings.candidates import Sources
from pipeline.settings.config import Config
from pipeline.settings.flags import layers_of
from pipeline.settings.value import Value
from pipeline.store.code import ROOT
from pipeline.store.store import Store
from pipeline.store.workdir import locked, sweep

DEMO = "configs/demo.yaml"
SWITCHES = ("--transductive", "--allow_leaks", "--folds.known_items_only")  # flags that may stand without a value
SHOWS = re.compile(r"-h|--help|--print_config(=.*)?|--[\w.]+\.help")  # what is answered without a run
WIDTH = 120  # columns that the widest table needs; a narrower terminal wraps it


register_type(timedelta, serializer=write_duration, deserializer=parse_duration, fail_already_registered=False)
register_type(
    datetime, serializer=datetime.isoformat, deserializer=datetime.fromisoformat, fail_already_registered=False
)


T = TypeVar("T")


class Parser(jsonargparse.ArgumentParser):
    """Shows and takes flags with dashes; YAML keeps the fields' names. What it refuses, it says in one line."""

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        """Raise what is wrong with the command line."""
        raise AisleError(" ".join(message.split()))

    def format_help(self, formatter: HelpFormatter | None = None) -> str:
        """The help, `--max_sessions` shown as `--max-sessions`."""
        return re.sub(r"--[\w.-]+", lambda flag: flag[0].replace("_", "-"), super().format_help(formatter))


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
        usage=f"python -m pipeline.{stage} [--config FILE.yaml] [--print-config] [--debug] [--setting value ...]",
        description=f"{about} Stages before it are built where they are missing or stale. Settings come from the YAML "
        "file, and flags win over it; `--print-config` shows them all with their values.",
        default_env=False,
        allow_abbrev=False,  # a typo is no abbreviation
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
    given = tidy_flags(arguments)
    if not any(a == "--config" or a.startswith("--config=") for a in given):
        given = ["--config", str(ROOT / DEMO), *given]
    return read_settings(lambda: parser_for(stage, about), Config, given)


def read_settings(parser: Callable[[], Parser], kind: type[T], given: Sequence[str]) -> T:
    """Settings from tidy flags and files; what asks for help or for all settings is shown, and ends the program.

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
        parser().parse_args(["--config", json.dumps(tree, default=_written), *shows])
    return build(kind, tree)


def _written(value: object) -> str:
    return write_duration(value) if isinstance(value, timedelta) else str(value)


def main(stage: str, about: str, work: Callable[[Run, Console], None], arguments: Sequence[str] | None = None) -> int:
    """Run a stage; its exit code says how it ended (see `pipeline.ending`)."""
    console = Console(soft_wrap=True)
    console.width = max(console.width, WIDTH)

    def report(line: str) -> None:
        style = "yellow" if line.startswith(WARNING) else "dim"
        console.print(line, style=style, highlight=False, markup=False)

    def staged(given: list[str], clean: Clean) -> None:
        config = configure(stage, about, given)
        with locked(config.workdir) as workdir, said_by(report):
            clean.append(partial(sweep, workdir))
            busy = console.status if console.is_terminal else nullcontext  # a spinner on a terminal
            work(Run(config, Store(workdir, report, busy)), console)

    return ended(stage, arguments, staged)
