"""The Taobao slice over several seeds of the cut: one order hit is a third of a point, so single runs say little.

Run: `python -m benchmarks.taobao_seeds --seeds 1 2 3 4 5` (about 10 s a seed).
"""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline import run

COLUMNS = ("clicks", "carts", "orders", "total")


def main() -> int:
    """Run every seed and print the mean recall@20 of every order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--workdir", type=Path, default=Path("artifacts/taobao-seeds"))
    arguments = parser.parse_args()
    measured = []
    for seed in arguments.seeds:
        folder = arguments.workdir / str(seed)
        flags = ["--config", "configs/taobao.yaml", "--folds.seed", str(seed), "--workdir", str(folder)]
        if code := run.main(flags):
            return code
        measured.append(json.loads((folder / "metrics.json").read_text())["ranking"])
    table = Table(title=f"Taobao slice, recall@20, mean over cuts with seeds {arguments.seeds}")
    for column in ("", *COLUMNS, "total by seed"):
        table.add_column(column)
    for name in measured[0]:
        recalls = [ranking[name]["recall@20"] for ranking in measured]
        means = [f"{sum(r[c] for r in recalls) / len(recalls):.4f}" for c in COLUMNS]
        table.add_row(name, *means, " ".join(f"{r['total']:.4f}" for r in recalls))
    Console(width=160).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
