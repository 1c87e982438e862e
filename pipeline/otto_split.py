"""Split a log of sessions as OTTO's `testset.py` does: `python -m pipeline.otto_split --help`."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from jsonargparse import ArgumentParser

from data.otto.split import OUTPUTS, split, sweep_split
from data.paths import path_of
from pipeline.ending import Clean, ended

ABOUT = "Split a jsonl of sessions into train and test as OTTO's own script does, byte for byte."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit code.

    See `pipeline.ending`; arguments that do not parse exit with 2.
    """

    def cut(given: list[str], clean: Clean) -> None:
        options = _parser().parse_args(given)
        train_set, output_path = path_of(options.train_set, "train-set"), path_of(options.output_path, "output-path")
        clean.append(partial(sweep_split, output_path))
        done = split(train_set, output_path, options.days, options.seed, _tell)
        if not done.train_sessions or not done.test_sessions:
            _tell("warning: a side of the split is empty: compare `--days` with the length of the log")
        print(f"wrote {', '.join(OUTPUTS)} to {output_path}")

    return ended("otto_split", argv, cut, "nothing was written")


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m pipeline.otto_split",
        description=ABOUT,
    )
    parser.add_argument("--train-set", type=Path, required=True, help="jsonl to split, one session a line")
    parser.add_argument("--output-path", type=Path, required=True, help=f"folder for {', '.join(OUTPUTS)}")
    parser.add_argument("--days", type=int, default=2, help="length of the test period in days")
    parser.add_argument("--seed", type=int, default=42, help="seed of the random prefix lengths")
    return parser


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
