import json

import numpy as np
import pytest

from learning.boosting import Boosting
from pipeline.store.task import Artifact
from pipeline.tasks.model import RankerModel
from ranker.blend import Blend, Members
from ranker.model_files import load_scorer
from tests.ranker.test_lambdarank import ROWS, WATCHING

TREES = Boosting(rounds=6, patience=3, leaves=4, threads=1)


@pytest.fixture
def rows(tmp_path):
    (tmp_path / "rows").mkdir()
    for part in range(3):
        ROWS.filter(ROWS["query"] % 3 == part).write_parquet(tmp_path / "rows" / f"{part}.parquet")
    return Artifact(tmp_path, "rows")


def test_a_single_model_has_no_blend(rows, tmp_path):
    into = tmp_path / "model"
    into.mkdir()
    RankerModel(rows, "clicks", WATCHING, Members())(into)
    assert {file.name for file in into.iterdir()} == {"model.txt", "about.json", "importance.json"}
    assert not isinstance(load_scorer(into), Blend)


def test_a_blend_reads_back_and_is_reproducible(rows, tmp_path):
    members = Members(seeds=2, xgboost=TREES, catboost=TREES, blend="ridge")
    scores = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        about = RankerModel(rows, "clicks", WATCHING, members)(tmp_path / name)
        scores.append(load_scorer(tmp_path / name)(ROWS, 1))
    assert np.array_equal(*scores)
    stored = json.loads((tmp_path / "one" / "blend.json").read_text())
    assert stored["members"] == ["seed_2", "xgboost", "catboost"]
    assert stored["weights"] == about["blend"]["weights"]
    files = {
        str(file.relative_to(tmp_path / "one" / "members"))
        for file in (tmp_path / "one").rglob("*.json")
        if "members" in file.parts
    }
    assert files == {"seed_2/about.json", "seed_2/importance.json", "xgboost/xgboost.json", "catboost/catboost.json"}
