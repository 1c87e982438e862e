"""RecTools as a peer in an environment of its own, since it wants other releases (NumPy below 2) than we do."""

import subprocess
import tempfile
from pathlib import Path

import polars as pl

from data.tables import read_json
from pipeline.store.code import ROOT

APART = "RecTools, two stages"
ENVIRONMENT = Path("artifacts/peers-env")
REQUIREMENTS = Path("benchmarks/rectools-requirements.txt")


def environment_missing(root: Path = ROOT) -> str | None:
    """One line that tells how the environment is made, or None where it stands.

    Parameters
    ----------
    root
        Of the checkout.
    """
    if (root / ENVIRONMENT / "bin/python").exists():
        return None
    made_by = f"python -m venv {ENVIRONMENT} && {ENVIRONMENT}/bin/pip install --requirement {REQUIREMENTS}"
    return f"left out: `{APART}` has no environment in `{ENVIRONMENT}`: make it, in {root}, by `{made_by}`"


def answered_apart(run: Path) -> tuple[pl.DataFrame, dict[str, float]]:
    """Let the peer learn from a run's tables and answer its test sessions.

    Parameters
    ----------
    run
        A working directory of `benchmarks.scale`.

    Returns
    -------
    tuple
        Its lists (query, item, rank), and what it took as it told itself: learn, answer and cpu (seconds), peak_mib.
    """
    python = str(ROOT / ENVIRONMENT / "bin/python")
    with tempfile.TemporaryDirectory() as out:
        command = [python, "-m", "benchmarks.rectools_peer", f"--run={run.resolve()}", f"--out={out}"]
        subprocess.run(command, check=True, cwd=ROOT)
        return pl.read_parquet(Path(out) / "lists.parquet"), read_json(Path(out) / "taken.json")
