"""Split a log of sessions as OTTO's `testset.py` does: `python -m pipeline.otto_split --help`."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from data.otto.split import OUTPUTS, split, sweep_split
from data.paths import path_of
from pipeline.cli import Parser
from pipeline.commanding import commanded, planned
from pipeline.voice import Voice

ABOUT = "Split a jsonl of sessions into train and test as OTTO's own script does, byte for byte."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit code.

    See `pipeline.manner.CODES`; arguments that do not parse exit with 2.
    """

    def cut(given: list[str], voice: Voice) -> object:
        options = _parser().parse_args(given)
        train_set, output_path = path_of(options.train_set, "train-set"), path_of(options.output_path, "output-path")
        wrote = f"{', '.join(OUTPUTS)} to {output_path}"
        if voice.manner.dry_run:
            return planned(voice, f"would write {wrote}", reads=(train_set,))
        voice.clean.append(partial(sweep_split, output_path))
        done = split(train_set, output_path, options.days, options.seed, voice.aside)
        if not done.train_sessions or not done.test_sessions:
            voice.aside("warning: a side of the split is empty: compare `--days` with the length of the log")
        voice.answer(f"wrote {wrote}")
        return {"files": [output_path / name for name in OUTPUTS], **asdict(done)}

    return commanded("otto_split", argv, cut, "nothing was written")


def _parser() -> Parser:
    parser = Parser(
        prog="python -m pipeline.otto_split",
        description=ABOUT,
    )
    parser.add_argument("--train-set", type=Path, required=True, help="jsonl to split, one session a line")
    parser.add_argument("--output-path", type=Path, required=True, help=f"folder for {', '.join(OUTPUTS)}")
    parser.add_argument("--days", type=int, default=2, help="length of the test period in days")
    parser.add_argument("--seed", type=int, default=42, help="seed of the random prefix lengths")
    return parser


if __name__ == "__main__":
    sys.exit(main())
