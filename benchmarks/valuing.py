"""How fast rows are scored: a model of the default settings on made-up sessions, and a table of rows a second.

python benchmarks/valuing.py --rows 1000000 --features 180 --threads 2
"""

import argparse
import resource
import time
from dataclasses import replace

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from value.money.config import ValueConfig
from value.money.methods import Methods
from value.money.model import learn
from value.money.rows import ValueRows


def main() -> None:
    """Learn once, score, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--train", type=int, default=20_000)
    parser.add_argument("--features", type=int, default=180)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--names", default="", help="methods, with commas between; the default ones if empty")
    given = parser.parse_args()
    boosting = replace(Methods().boosting, threads=given.threads)
    config = ValueConfig(methods=Methods(names=given.names, boosting=boosting, power=1.5))
    began = time.perf_counter()
    model = learn(sessions(given.train, given.features), config)
    learnt = time.perf_counter() - began
    asked = sessions(given.rows, given.features, seed=1)
    began, used = time.perf_counter(), cpu()
    said = model.predict(asked.features, asked.so_far)
    seconds, used = time.perf_counter() - began, cpu() - used
    table = Table(title=f"{said.height:,} rows of {given.features} features, {given.threads} threads")
    for column in ("learnt in s", "methods asked", "scored in s", "CPU s", "rows a second", "peak GiB"):
        table.add_column(column, justify="right")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    cells = (f"{learnt:.0f}", str(len(model.methods)), f"{seconds:.1f}", f"{used:.1f}", f"{said.height / seconds:,.0f}")
    table.add_row(*cells, f"{peak:.1f}")
    console = Console()
    console.print(table)
    for aim, output in model.outputs.items():
        console.print(f"{aim}: {output.name} of {', '.join(output.weights)}")


def cpu() -> float:
    """CPU seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def sessions(rows: int, features: int, seed: int = 0) -> ValueRows:
    """Sessions whose value is a multiple of what they hold, told by a tenth of the features, the others noise."""
    dice = np.random.default_rng(seed)
    matrix = dice.standard_normal((rows, features), dtype=np.float32)
    weights = np.random.default_rng(99).normal(0, 0.3, max(1, features // 10))
    so_far = np.exp(dice.normal(4, 1, rows))
    final = so_far * (1 + np.exp(matrix[:, : len(weights)] @ weights + dice.normal(0, 0.7, rows)))
    frame = pl.DataFrame(matrix, schema=[f"feature_{n}" for n in range(features)])
    return ValueRows(frame, final, np.arange(rows) // 3, so_far, time=np.arange(rows))


if __name__ == "__main__":
    main()
