"""How candidates are put in order: found on the `tune` part alone."""

import json

import polars as pl
import pytest

from candidates import Popular, Revisit
from candidates.fusion import Fusion
from data.schema import Proposals
from pipeline.store.task import Artifact
from pipeline.tasks.learnt import LearntFields, TuningQueries
from pipeline.tasks.order import CandidateOrder
from pipeline.tasks.source import Fit
from ranker.candidate_order import load_fusion
from ranker.first_stage import FirstStage
from tests.oracle.frames import labels, prefixes, queries

SOURCES = (Revisit(), Popular())
SEEN = prefixes(*((query, 50, 0, "clicks") for query in range(6)))
ASKED = queries(*((query, None, 0, "tune" if query < 4 else "fit") for query in range(6)))


@pytest.fixture
def fold_of(tmp_path):
    """A fold where everyone has seen 50, and 10 to 14 are popular."""

    def fold(truth):
        for name, rows in {"queries": ASKED, "prefixes": SEEN, "labels": truth}.items():
            (tmp_path / "fold" / name).mkdir(parents=True)
            rows.write_parquet(tmp_path / "fold" / name / "000.parquet")
        return Artifact(tmp_path / "fold", "fold")

    for name in ("revisit", "popular"):
        (tmp_path / name).mkdir()
    top = pl.DataFrame({"item": range(10, 15), "rank": range(1, 6), "score": [5.0, 4.0, 3.0, 2.0, 1.0]})
    types = {name: Proposals.create_empty().schema[name] for name in top.columns}
    top.cast(types).write_parquet(tmp_path / "popular" / "top.parquet")
    return fold


def order(build, tmp_path, fold, first_stage=None, most=100):
    fits = {source.name: Fit(Artifact(tmp_path / source.name, source.name)) for source in SOURCES}
    return build("order", CandidateOrder(TuningQueries(fold, most), SOURCES, fits, 50, first_stage))


@pytest.mark.parametrize(("item", "best", "other"), [(50, "revisit", "popular"), (10, "popular", "revisit")])
def test_who_proposes_what_follows_weighs_most(item, best, other, build, tmp_path, fold_of):
    made = order(build, tmp_path, fold_of(labels(*((query, "clicks", item) for query in range(4)))))
    fusion = load_fusion(made.path)
    assert fusion.weights[best] == 1
    assert fusion.weights[other] < 1
    told = json.loads((made.path / "fusion.json").read_text())
    assert build.about["order"] == {"queries": 4, **told}
    assert {path.name for path in made.path.iterdir()} == {"fusion.json"}


def test_other_parts_say_nothing(build, tmp_path, fold_of):
    made = order(build, tmp_path, fold_of(labels((4, "clicks", 10), (5, "orders", 10))))
    assert load_fusion(made.path) == Fusion({"revisit": 1.0, "popular": 1.0})


def test_a_first_stage_with_nothing_to_learn_leaves_no_model(build, tmp_path, fold_of):
    made = order(build, tmp_path, fold_of(labels((4, "clicks", 10))), FirstStage())
    assert {path.name for path in made.path.iterdir()} == {"fusion.json"}
    assert "first_stage" not in build.about["order"]


def test_tuning_queries_are_few_and_the_same_ones(fold_of):
    fold = fold_of(labels(*((query, "clicks", 50 + query) for query in range(6))))
    every, two = (TuningQueries(fold, most).read() for most in (100, 2))
    assert every[0].collect()["query"].to_list() == every[1].collect()["query"].to_list() == [0, 1, 2, 3]
    chosen = two[0].collect()["query"].to_list()
    assert len(chosen) == 2
    assert (
        chosen == two[1].collect()["query"].to_list() == TuningQueries(fold, 2).read()[0].collect()["query"].to_list()
    )


def test_what_a_source_learns_is_written(build, fold_of):
    fold = fold_of(labels(*((query, "clicks", 50) for query in range(4))))
    made = build("fields", LearntFields(Revisit(), TuningQueries(fold, 100)))
    assert json.loads((made.path / "fields.json").read_text()) == build.about["fields"]
    assert set(build.about["fields"]) <= set(Revisit.__dataclass_fields__)
