"""`python -m pipeline.profile --table F --target T`: what a flat table looks like, and what tells of its target."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from data.tables import read_json
from pipeline.cli import Parser
from pipeline.store.store import Store
from pipeline.table_command import TableCommand, raw_files
from pipeline.tasks.log_profile import PROFILE
from pipeline.tasks.profile_page import ProfilePage
from pipeline.tasks.tables import ProfiledTable
from report.profile.console import show_table_profile
from tabular.profile.settings import LookedAtTable

RESULTS = {"profile": "what the table looks like"}


def parser() -> Parser:
    """The parser of a flat table."""
    return Parser(
        prog="python -m pipeline.profile",
        usage="python -m pipeline.profile --table FILE --target COLUMN [--test FILE] [--key COLUMN] [--setting value]",
        description="Look at a flat table: its columns, and what each tells of the target, as one page and as numbers.",
        default_env=False,
        allow_abbrev=False,
    )


def main(arguments: Sequence[str]) -> int:
    """Look at a table: 0 when done, 2 with one line on stderr when the input or a setting is wrong."""
    return COMMAND.main(parser(), arguments)


def _look(flat: LookedAtTable, store: Store, console: Console) -> tuple[Path, object]:
    numbers = store.make("profile/numbers", ProfiledTable(flat, raw_files(flat)))
    page = store.make("profile/page", ProfilePage(numbers, "table"))
    told = read_json(numbers.path / PROFILE)
    show_table_profile(told, console)
    store.publish(page.path / "profile.html", "profile.html")
    console.print(f"{store.root / 'profile.html'}: the page", highlight=False)
    return numbers.path, told


COMMAND = TableCommand("profile", LookedAtTable, _look, RESULTS)
