"""The command `aisle`: the commands of `pipeline` by their names."""

import importlib
import sys
from collections.abc import Sequence

from pipeline.commanding import commanded
from pipeline.manner import manners_said
from pipeline.voice import Voice

COMMANDS = {
    "run": "pipeline.run",
    "status": "pipeline.status",
    "prepare": "pipeline.prepare",
    "profile": "pipeline.profile",
    "candidates": "pipeline.candidates",
    "rank": "pipeline.rank",
    "evaluate": "pipeline.evaluate",
    "report": "pipeline.report",
    "feedback": "pipeline.feedback",
    "actions": "pipeline.actions",
    "value": "pipeline.value",
    "ltv": "pipeline.ltv",
    "ltv-predict": "pipeline.ltv_predict",
    "ltv-evaluate": "pipeline.ltv_evaluate",
    "targets": "pipeline.targets",
    "otto-split": "pipeline.otto_split",
    "otto-evaluate": "pipeline.otto_evaluate",
    "inapp-log": "pipeline.inapp_log",
    "otto-log": "pipeline.otto_log",
}
HELP = ("-h", "--help", "help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command with the rest of the arguments; return its exit code, 2 for a name that is none.

    Parameters
    ----------
    arguments
        A command's name and its own arguments; null for those of the process.
    """
    name, *rest = list(sys.argv[1:] if arguments is None else arguments) or HELP[:1]
    if name in HELP:
        return commanded("aisle", [], _show_help)
    if name not in COMMANDS:
        print(f"error: `{name}` is no command of aisle; there are {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    # only the one that is asked for: some bring libraries that take seconds to import
    return int(importlib.import_module(COMMANDS[name]).main(rest))


def _show_help(_: list[str], voice: Voice) -> None:
    voice.answer(_help())


def _help() -> str:
    """Every command with the first sentence of what it is about."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {_about(module)}" for name, module in COMMANDS.items()]
    return "\n".join(["usage: aisle COMMAND [--help] [--setting value ...]", "", *lines, "", manners_said().rstrip()])


def _about(module: str) -> str:
    about = str(importlib.import_module(module).ABOUT)
    return about.partition(". ")[0].removesuffix(".") + "."
