"""Tuned settings and explanations through the command line."""

import json
import shutil

import polars as pl
import pytest

from data.schema import TYPES
from pipeline import rank
from tests.e2e.conftest import SMALL_MODELS, TINY, results

FAST = ("--rankers.model.cv-rounds", "3", "--rankers.model.cv-folds", "2")


def rank_in(workdir, *flags, base=(*TINY, *SMALL_MODELS)):
    return rank.main([*base, "--workdir", str(workdir), *flags])


@pytest.fixture(scope="module")
def copied(tiny, tmp_path_factory):
    """The tiny run in a folder of its own."""
    return shutil.copytree(tiny, tmp_path_factory.mktemp("told") / "work")


@pytest.fixture(scope="module")
def session(copied):
    return pl.read_parquet(copied / "recommendations.parquet")["session"][0]


def found_in(folder):
    return json.loads((folder / "models" / "tuned-clicks" / "tuned.json").read_text())


def test_a_search_is_made_once_and_goes_on(copied, capsys):
    assert rank_in(copied, *FAST, "--tune", "2") == 0
    first = {path.name: path.stat().st_mtime_ns for path in (copied / "models").glob("study-*.sqlite")}
    printed = capsys.readouterr().out
    assert set(first) == {"study-clicks.sqlite", "study-shared.sqlite"}
    assert "valid/training: up to date" in printed
    assert "tuned settings" in printed
    two = found_in(copied)
    assert two["trials"] == 2

    assert rank_in(copied, *FAST, "--tune", "2") == 0
    assert "built in" not in capsys.readouterr().out
    assert {p.name: p.stat().st_mtime_ns for p in (copied / "models").glob("study-*.sqlite")} == first

    assert rank_in(copied, *FAST, "--tune", "3") == 0
    three = found_in(copied)
    assert three["values"][:2] == two["values"]
    assert len(three["values"]) == 3


def test_models_are_trained_with_what_was_found(copied):
    for model in ("clicks", "shared"):
        tuned = json.loads((copied / "models" / f"tuned-{model}" / "tuned.json").read_text())
        trained = json.loads((copied / "models" / model / "manifest.json").read_text())["fields"]["ranker"]
        assert trained["prior"] == tuned["settings"]["prior"]
        assert trained["boosting"]["leaves"] == tuned["settings"]["leaves"]
        assert trained["cv_folds"] == 2


def test_a_session_is_explained(tiny, copied, session, capsys):
    assert rank_in(copied, "--explain", session) == 0
    printed = capsys.readouterr().out
    assert results(copied) == results(tiny)
    assert f"session {session}, " in printed
    own = pl.read_parquet(copied / "recommendations.parquet").filter(pl.col("session") == session)
    for objective in TYPES:
        assert f"{objective}: the top 20" in printed
    for title in ("sources", "for", "against"):
        assert f"        {title:8}" in printed
    listed = [line.split()[1] for line in printed.splitlines() if "(score " in line or "(popular, " in line]
    assert listed == own.sort("type", "rank")["item"].to_list()

    told = json.loads((copied / "explanations.json").read_text())
    assert set(told) == set(TYPES)
    for one in told.values():
        measured = one["measured"]
        assert {"fused", "session_shape", "revisit"} <= set(measured["groups"])
        assert {"gain", "permutation", "contribution"} == set(measured["features"]["fused__rank"])
        assert 0 < measured["recall@20"] <= 1


def test_an_unknown_session_is_refused_before_anything_is_trained(copied, capsys):
    assert rank_in(copied, "--explain", "nobody", "--rankers.model.prior", "0.5") == 2
    told = capsys.readouterr()
    assert "models/" not in told.out
    assert told.err.startswith("error: `explain`: session 'nobody' is not in the scored fold; give a `session` of")
    assert told.err.count("\n") == 1


def test_a_number_of_trials_below_zero_is_refused(tmp_path, capsys):
    assert rank_in(tmp_path, "--tune", "-1") == 2
    assert "`tune` must be a whole number of 0 or more, got '-1'" in capsys.readouterr().err
