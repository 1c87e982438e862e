"""Generate a log of OTTO's size and shape, or of a share of it: `python -m pipeline.otto_log --help`."""

import os
import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from jsonargparse import Namespace

from data.errors import AisleError
from data.paths import path_of
from data.synthetic.otto import OUTPUTS, OttoLog, write_otto
from data.synthetic.unfinished import check_free, unfinished_of
from pipeline.cli import Parser
from pipeline.commanding import commanded, planned
from pipeline.voice import Voice

ABOUT = (
    "Generate a log of OTTO's size and shape, or of a share of it, as OTTO's jsonl, with a test week and its labels."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit code.

    See `pipeline.manner.CODES`; arguments that do not parse exit with 2.
    """

    def generate(given: list[str], voice: Voice) -> object:
        options = _parser().parse_args(given)
        folder, log = path_of(options.out, "out"), _log_of(options)
        if options.workers < 1:
            raise AisleError(f"`--workers` must be at least 1, got {options.workers}.")
        check_free(folder)
        sessions = f"{log.train.sessions:,} sessions of train and {log.test.sessions:,} of test"
        if voice.manner.dry_run:
            return planned(voice, f"would write {sessions} to {folder}: {', '.join(OUTPUTS)}")
        voice.clean.append(partial(shutil.rmtree, unfinished_of(folder), ignore_errors=True))
        counts = write_otto(log, folder, options.workers)
        voice.answer(f"wrote {sessions}, {counts['train_events']:,} and {counts['test_events']:,} events, to {folder}")
        return {"folder": folder, **counts}

    return commanded("otto_log", argv, generate, "nothing was written")


def _parser() -> Parser:
    usual = OttoLog()
    parser = Parser(prog="python -m pipeline.otto_log", description=ABOUT)
    parser.add_argument("--out", type=Path, required=True, help=f"folder for {', '.join(OUTPUTS)}")
    parser.add_argument("--fraction", type=float, default=usual.fraction, help="of OTTO's sessions and items")
    parser.add_argument("--seed", type=int, default=usual.seed, help="another seed writes another shop's log")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="threads; they change no byte")
    return parser


def _log_of(options: Namespace) -> OttoLog:
    try:
        return OttoLog(options.fraction, options.seed)
    except ValueError as error:
        raise AisleError(str(error)) from None


if __name__ == "__main__":
    sys.exit(main())
