"""OTTO's own files: split, scored with and without labels, submission, and the official score of it."""

import json

import polars as pl
import pytest

from pipeline import otto_evaluate
from tests.e2e.conftest import SMALL_MODELS, metrics_of, run_in


@pytest.fixture(scope="module")
def split(shared_data):
    return shared_data / "otto" / "shop_split_days14_seed42"


def flags_of(split):
    flags = ["--config", "configs/otto.yaml", "--folds.valid", "5d", *SMALL_MODELS]
    return [*flags, "--train", str(split / "train_sessions.jsonl"), "--test", str(split / "test_sessions.jsonl")]


@pytest.fixture(scope="module")
def scored(split, tmp_path_factory):
    folder = tmp_path_factory.mktemp("otto")
    assert run_in(folder, base=flags_of(split)) == 0
    return folder


def test_without_labels_it_scores_and_does_not_evaluate(scored, split):
    assert not (scored / "metrics.json").exists()
    submission = pl.read_csv(scored / "submission.csv")
    sessions = len((split / "test_sessions.jsonl").read_text().splitlines())
    assert submission.height == 3 * sessions
    assert submission.columns == ["session_type", "labels"]
    assert submission["labels"].str.split(" ").list.n_unique().unique().to_list() == [20]


def test_labels_that_come_later_retrain_nothing(scored, split, capsys):
    models = {p: p.stat().st_mtime_ns for p in (scored / "models").rglob("model.txt")}
    assert models
    before = (scored / "submission.csv").read_bytes()
    assert run_in(scored, "--labels", str(split / "test_labels.jsonl"), base=flags_of(split)) == 0
    assert {p: p.stat().st_mtime_ns for p in (scored / "models").rglob("model.txt")} == models
    assert (scored / "submission.csv").read_bytes() == before
    assert "models" in capsys.readouterr().out


def test_our_measure_is_the_official_one(scored, split, capsys):
    assert run_in(scored, "--labels", str(split / "test_labels.jsonl"), base=flags_of(split)) == 0
    capsys.readouterr()
    arguments = ["--test-labels", str(split / "test_labels.jsonl"), "--predictions", str(scored / "submission.csv")]
    assert otto_evaluate.main(arguments) == 0
    official = json.loads(capsys.readouterr().out.splitlines()[-1])
    ours = metrics_of(scored)["ranking"]["ranked"]["recall@20"]
    assert ours["carts"] == pytest.approx(official["carts"], abs=1e-12)
    assert ours["orders"] == pytest.approx(official["orders"], abs=1e-12)
    assert ours["clicks"] == pytest.approx(official["clicks"], abs=0.02)  # a next click on article 0 counts with us


def test_a_new_test_file_does_not_retrain(scored, split, tmp_path):
    few = tmp_path / "few.jsonl"
    few.write_text("".join((split / "test_sessions.jsonl").read_text().splitlines(keepends=True)[:50]))
    models = {p: p.stat().st_mtime_ns for p in (scored / "models").rglob("model.txt")}
    assert models
    assert run_in(scored, "--test", str(few), base=flags_of(split)) == 0
    assert {p: p.stat().st_mtime_ns for p in (scored / "models").rglob("model.txt")} == models
    assert pl.read_csv(scored / "submission.csv").height == 150
