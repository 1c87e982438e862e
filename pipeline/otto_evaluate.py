"""Score predictions as OTTO's `evaluate.py` does: `python -m pipeline.otto_evaluate --help`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from data.paths import path_of
from evaluation.otto_official import score
from pipeline.cli import Parser
from pipeline.commanding import commanded, planned
from pipeline.voice import Voice

ABOUT = "Print recall@20 of clicks, carts and orders, and their total, as OTTO's own script scores."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit code.

    See `pipeline.manner.CODES`; arguments that do not parse exit with 2.
    """

    def scored(given: list[str], voice: Voice) -> object:
        options = _parser().parse_args(given)
        labels, predictions = path_of(options.test_labels, "test-labels"), path_of(options.predictions, "predictions")
        if voice.manner.dry_run:
            return planned(voice, f"would score {predictions} by {labels}", reads=(labels, predictions))
        found = score(labels, predictions)
        voice.answer(json.dumps(found))
        return found

    return commanded("otto_evaluate", argv, scored, "nothing was printed")


def _parser() -> Parser:
    parser = Parser(
        prog="python -m pipeline.otto_evaluate",
        description=ABOUT,
    )
    parser.add_argument(
        "--test-labels",
        type=Path,
        default=Path("resources/test_labels.jsonl"),
        help="jsonl of labels, one session a line, as pipeline.otto_split writes it",
    )
    parser.add_argument(
        "--predictions",
        type=Path,
        default=Path("resources/predictions.csv"),
        help="csv with the header session_type,labels and rows like 42_clicks,1 2 3",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
