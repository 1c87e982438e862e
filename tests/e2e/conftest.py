import json
from pathlib import Path

import polars as pl
import pytest

from pipeline import run

RESULTS = ("metrics.json", "recommendations.parquet")
TINY = ("--config", "configs/dev.yaml", "--input.synthetic.sessions", "600", "--input.synthetic.items", "150")
SMALL_MODELS = (
    *("--rankers.size.min-positive-queries", "40", "--rankers.model.boosting.rounds", "12"),
    *("--rankers.model.min-stop-queries", "10"),
    *("--rankers.model.cv-rounds", "4", "--rankers.model.cv-folds", "2", "--rankers.model.boosting.threads", "1"),
    *("--candidates.first-stage.model.cv-rounds", "4", "--candidates.first-stage.model.cv-folds", "2"),
    *("--candidates.first-stage.model.boosting.rounds", "8", "--candidates.first-stage.model.boosting.threads", "1"),
)


@pytest.fixture(autouse=True)
def from_the_root(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[2])


def run_in(workdir, *flags, base=(*TINY, *SMALL_MODELS)):
    """Run all stages into a folder and return the exit code."""
    return run.main([*base, "--workdir", str(workdir), *flags])


def results(folder):
    """The bytes of what a run leaves for the user."""
    return {name: (folder / name).read_bytes() for name in RESULTS if (folder / name).exists()}


def metrics_of(folder):
    return json.loads((folder / "metrics.json").read_text())


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """An undisturbed run on a tiny shop."""
    folder = tmp_path_factory.mktemp("tiny")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(__file__).parents[2])
        assert run_in(folder) == 0
    return folder


@pytest.fixture(scope="session")
def shop_log(tiny):
    """The tiny shop's raw log."""
    return pl.read_parquet(tiny / "shop" / "log.parquet")
