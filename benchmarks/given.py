"""What benchmarks are given on the command line, refused with one line where it is not there."""

import argparse
from collections.abc import Callable
from pathlib import Path

from data.synthetic.otto.config import LARGEST

RUN = "a working directory of benchmarks.scale"


def run_with(product: str) -> Callable[[str], Path]:
    """A type of argparse's: a working directory of `benchmarks.scale` that holds a product, such as `log`."""

    def run(text: str) -> Path:
        if not (Path(text) / product / "manifest.json").is_file():
            raise argparse.ArgumentTypeError(
                f"{text}: has no `{product}`; build it with `python -m benchmarks.scale --fraction 0.01 --stage "
                f"{product}`, whose run is artifacts/scale/0.01/run"
            )
        return Path(text)

    return run


def fraction(text: str) -> float:
    """A share of OTTO's size, as `pipeline.otto_log` takes it."""
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= LARGEST:
        raise argparse.ArgumentTypeError(f"must be above 0 and at most {LARGEST}, got {text}")
    return share
