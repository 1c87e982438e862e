"""Generate an in-app revenue log to learn lifetime value from: `python -m pipeline.inapp_log --help`."""

import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from jsonargparse import Namespace

from data.errors import AisleError
from data.paths import path_of
from data.synthetic.inapp import InAppLog, write_inapp
from data.synthetic.unfinished import check_free, unfinished_of
from pipeline.cli import Parser
from pipeline.commanding import commanded, planned
from pipeline.voice import Voice

ABOUT = "Generate a log of an ad platform's impressions with revenue labels by horizon, in hourly folders of parquet."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit code.

    See `pipeline.manner.CODES`; arguments that do not parse exit with 2.
    """

    def generate(given: list[str], voice: Voice) -> object:
        options = _parser().parse_args(given)
        folder = path_of(options.out, "out")
        log = _log_of(options)
        check_free(folder)
        if voice.manner.dry_run:
            return planned(voice, f"would write {log.rows:,} rows of train and {log.test_rows:,} of test to {folder}")
        voice.clean.append(partial(shutil.rmtree, unfinished_of(folder), ignore_errors=True))
        rows = write_inapp(log, folder)
        voice.answer(f"wrote {rows['train']:,} rows of train and {rows['test']:,} of test to {folder}")
        return {"folder": folder, "rows": rows}

    return commanded("inapp_log", argv, generate, "nothing was written")


def _parser() -> Parser:
    usual = InAppLog()
    parser = Parser(prog="python -m pipeline.inapp_log", description=ABOUT)
    parser.add_argument("--out", type=Path, required=True, help="folder for train, test, labels.parquet, truth.parquet")
    parser.add_argument("--rows", type=int, default=usual.rows, help="rows of train")
    parser.add_argument("--hours", type=int, default=usual.hours, help="hours of train")
    parser.add_argument("--test-rows", type=int, default=usual.test_rows, help="rows of test; 0 for none")
    parser.add_argument("--test-hours", type=int, default=usual.test_hours, help="hours of test")
    parser.add_argument("--gap-hours", type=int, default=usual.gap_hours, help="hours between train and test")
    parser.add_argument("--parts", type=int, default=usual.parts, help="files an hour")
    parser.add_argument("--seed", type=int, default=usual.seed, help="another seed writes another market's log")
    parser.add_argument("--dirt", action="store_true", help="give the last part of every hour a fault of real logs")
    return parser


def _log_of(options: Namespace) -> InAppLog:
    """The log that the options ask for; what is out of range in one line."""
    named = {name: value for name, value in vars(options).items() if name in InAppLog.__dataclass_fields__}
    try:
        return InAppLog(**named)
    except ValueError as error:
        raise AisleError(str(error)) from None


if __name__ == "__main__":
    sys.exit(main())
