"""`python -m pipeline.feedback`: what was shown, joined with what happened, as a page and a table for review."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from jsonargparse import ArgumentParser, Namespace
from rich.console import Console

from data.durations import parse_duration
from data.errors import AisleError
from data.opening.unread import require_file
from data.paths import file_of, path_of
from data.tables import read_json
from pipeline.cli import Parser
from pipeline.commanding import commanded
from pipeline.foreseen import dry_run
from pipeline.plans.place import Place
from pipeline.saying import say_warnings
from pipeline.store.store import Store
from pipeline.store.task import RawFile
from pipeline.store.workdir import looked_at
from pipeline.tasks.feedback import NUMBERS, PAGE, REVIEW, Feedback, FeedbackPage
from pipeline.voice import Voice
from report.feedback.console import show_feedback
from serving.contents import RankingContents, read_contents

ABOUT = (
    "What was shown joined with what happened: hits by objective and position, how likely a place is looked at, what "
    "scores promised against what happened, and where lists went wrong, as a page and as a table for review that can "
    "become `rules` of the next run."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit code (see `pipeline.manner`)."""

    def told(given: list[str], voice: Voice) -> object:
        options = _parser().parse_args(given)
        folder = path_of(options.workdir, "workdir")
        contents = read_contents(RankingContents, folder) if folder.is_dir() else None
        if contents is None:
            raise AisleError(f"{folder}: no ranker was trained here; run `python -m pipeline.run` on it first.")
        work = partial(_judged, _task(options, folder, contents))
        if voice.manner.dry_run:
            return dry_run(looked_at(options.workdir), work, voice)
        with voice.opened(options.workdir) as workdir:
            return {"feedback": work(Store(workdir, voice.report, voice), voice.console)}

    return commanded("feedback", arguments, told)


def _judged(task: Feedback, store: Store, console: Console) -> dict[str, Any]:
    """Build the numbers and their page, leave them where they are looked for, and show them."""
    place = Place(store)
    numbers = place.make("feedback/numbers", task)
    page = place.make("feedback/page", FeedbackPage(numbers))
    told = read_json(numbers.path / NUMBERS)
    if late := told["served"]["late"]:
        said = (
            f"{late:,} of {told['served']['lists']:,} lists of `served` were shown when `events` had ended, so that "
            "nothing can have hit: give the log of the time after they were shown"
        )
        say_warnings([{"said": said}], [])
    show_feedback(told, console)
    for made, file, about in (
        (page, PAGE, "the page"),
        (numbers, NUMBERS, "its numbers"),
        (numbers, REVIEW, "what to look at: fill in `kind`, and give it to the next run as `--rules`"),
    ):
        place.publish(made, file)
        console.print(f"{place.output / file}: {about}", highlight=False)
    return told


def _task(options: Namespace, folder: Path, contents: RankingContents) -> Feedback:
    files = {name: file_of(getattr(options, name), name) for name in ("served", "events")}
    for file in files.values():
        require_file(file)
    metrics = folder / "metrics.json"
    told = RawFile(metrics) if metrics.is_file() else None
    served, events = (RawFile(file) for file in files.values())
    return Feedback(served, events, contents.log, told, _within(options.within))


def _within(given: str | None) -> timedelta | None:
    try:
        span = None if given is None else parse_duration(given)
    except ValueError as error:
        raise AisleError(f"`within`: {error}") from None
    if span is not None and span <= timedelta():
        raise AisleError(f"`within` must be above 0, got {given}; give a time such as 24h, or leave it out.")
    return span


def _parser() -> ArgumentParser:
    parser = Parser(prog="python -m pipeline.feedback", description=ABOUT)
    parser.add_argument("--workdir", required=True, type=str, help="folder of the run whose lists were shown")
    served = "lists as recommendations.parquet has them, with `shown`, when each was shown; other columns are segments"
    parser.add_argument("--served", required=True, type=str, help=served)
    parser.add_argument("--events", required=True, type=str, help="the new log, in the layout of the run's")
    within = "how long after it was shown an event counts, such as 24h (default: to the end)"
    parser.add_argument("--within", default=None, type=str, help=within)
    return parser


if __name__ == "__main__":
    sys.exit(main())
