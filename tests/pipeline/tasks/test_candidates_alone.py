import json

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from candidates import Popular, Revisit
from candidates.source import History
from data.visible import visible_of
from pipeline.store.task import Artifact
from pipeline.tasks.candidates import CandidateShard
from pipeline.tasks.source import Fit
from ranker.candidate_order import open_ordered
from tests.oracle.frames import at, prefixes, queries, random_events

SOURCES = (Revisit(), Popular())


@pytest.fixture
def task(tmp_path):
    """A fold of five queries, fitted sources, and an order of candidates without a first stage."""
    fold, popular = tmp_path / "fold", tmp_path / "popular"
    visits = random_events(2, sessions=5).select("session", "item", "type").rows()
    tables = {
        "prefixes": prefixes(*((q, item, i, kind) for i, (q, item, kind) in enumerate(visits))),
        "queries": queries(*((q, None, 0, "fit") for q in range(5))),
    }
    for name, table in tables.items():
        (fold / name).mkdir(parents=True)
        table.sample(fraction=1, shuffle=True, seed=3).write_parquet(fold / name / "000.parquet")
    popular.mkdir()
    counted = SOURCES[1].count(History(random_events(1).lazy(), at(4 * 24 * 60)))
    SOURCES[1].merge(counted)["top"].collect().write_parquet(popular / "top.parquet")
    fusion = {"weights": {"revisit": 1.0, "popular": 0.3}, "offset": 5.0}
    (tmp_path / "fusion.json").write_text(json.dumps(fusion))
    fits = {"revisit": Fit(Artifact(tmp_path, "r")), "popular": Fit(Artifact(popular, "p"))}
    return CandidateShard(Artifact(fold, "f"), 0, SOURCES, fits, 4, Artifact(tmp_path, "o"), 1)


def written(tmp_path, task, name="candidates"):
    task(tmp_path / name)
    return tmp_path / name / "000.parquet"


def test_a_session_alone_gets_its_rows_of_the_file(tmp_path, task):
    rows = pl.read_parquet(written(tmp_path, task))
    assert rows["query"].unique().sort().to_list() == [0, 1, 2, 3, 4]
    fitted = {name: fit.fitted for name, fit in task.fits.items()}
    proposer = open_ordered(task.order.path, task.sources, fitted, task.per_source, task.threads)
    asked = pl.read_parquet(task.fold.path / "prefixes" / "000.parquet")
    for query in range(5):
        visible = visible_of(asked.filter(pl.col("query") == query))
        alone = proposer(visible).frame(np.array([query], np.uint32))
        assert_frame_equal(alone, rows.filter(pl.col("query") == query), check_exact=True)
