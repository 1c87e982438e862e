"""`python -m pipeline.report`: what a working directory holds, as one page."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from data.errors import AisleError
from data.paths import WORKDIR_MARK, path_of
from data.tables import read_json
from pipeline.cli import main as run_stage
from pipeline.cli import tidy_flags
from pipeline.ending import Clean, ended
from pipeline.plans.report import Reporting
from pipeline.plans.run import Run
from pipeline.settings.given import settings_given
from report.report_files import show_report

ABOUT = (
    "Write report.html and report.json of what the working directory holds, with --against OTHER beside another run. "
    "Nothing of the run itself is built: without --config the settings are those that it was given."
)


def work(run: Run, console: Console) -> dict[str, Any]:
    """Make the page, and say where it is; return its numbers."""
    made = Reporting(run).files
    show_report(run.place.output, console)
    return {"report": read_json(made.path / "report.json")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    settings: list[str] = []

    def look(rest: list[str], _: Clean) -> None:
        settings.extend(_settings_of(rest))

    return ended("report", given, look) or run_stage("report", ABOUT, work, [*settings, *given])


def _settings_of(given: Sequence[str]) -> list[str]:
    """The flags that name the folder's own settings, where the command line names a folder and no configuration.

    Raises
    ------
    AisleError
        If the folder is no working directory.
    """
    tidy = tidy_flags(given)
    flags = dict(zip(tidy, [*tidy[1:], ""], strict=True)) | dict(one.split("=", 1) for one in tidy if "=" in one)
    if "--workdir" not in flags:
        return []
    workdir = path_of(flags["--workdir"], "workdir")
    if not (workdir / WORKDIR_MARK).is_file():
        raise AisleError(
            f"{workdir}: holds nothing to report, since it is no working directory of Aisle; end a run there first "
            f"with `python -m pipeline.run --workdir {workdir}`, or name another --workdir."
        )
    text = None if "--config" in flags else settings_given(Path(workdir))
    return [] if text is None else ["--config", text]


if __name__ == "__main__":
    sys.exit(main())
