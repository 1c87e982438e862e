"""Two runs whose codes differ, compared by the shop's keys."""

import json

import polars as pl
import pytest

from data.errors import AisleError
from data.schema import Ranked
from pipeline.store.task import Artifact
from pipeline.tasks.paired import Answered, PairedRuns
from tests.oracle.frames import items, labels, queries, table


def answered(folder, asked, truth, ranked, codes=(1, 2, 3)):
    """A run's fold and lists; keys of items are 1001, 1002, ..., and `codes` stand for the first of them."""
    for name, rows in {"queries": asked, "labels": truth}.items():
        (folder / "fold" / name).mkdir(parents=True)
        rows.write_parquet(folder / "fold" / name / "000.parquet")
    keys = [str(1001 + n) for n in range(len(codes))]
    named = items(*((code, None, None, None) for code in sorted(codes)))
    named = named.with_columns(
        key=pl.col("item").replace_strict(dict(zip(codes, keys, strict=True)), return_dtype=pl.String)
    )
    named.write_parquet(folder / "fold" / "items.parquet")
    (folder / "answers").mkdir()
    table(Ranked, *ranked).write_parquet(folder / "answers" / "ranked.parquet")
    fold = Artifact(folder / "fold", str(folder))
    return Answered(fold, fold, Artifact(folder / "answers", str(folder)))


@pytest.fixture
def compared(build, tmp_path):
    def compare(this, other):
        return json.loads((build("paired", PairedRuns(this, other, 50, 1)).path / "paired.json").read_text())

    return compare


def test_by_the_shops_keys(compared, tmp_path):
    this = answered(
        tmp_path / "this",
        queries((0, None, 0, None), (1, None, 5, None)),
        labels((0, "clicks", 1), (1, "clicks", 2)),
        [(0, "clicks", 1, 1, 0.5), (1, "clicks", 2, 2, 0.5)],
    )
    # query 5 is session 40 as query 0 is here, and codes 7, 8, 9 are the items 1001, 1002, 1003
    asked = queries((5, None, 0, None), (6, None, 5, None)).with_columns(session_key=pl.Series(["40", "41"]))
    other = answered(
        tmp_path / "other",
        asked,
        labels((5, "clicks", 7), (6, "clicks", 8)),
        [(5, "clicks", 7, 1, 0.5), (6, "clicks", 9, 1, 0.5)],
        codes=(7, 8, 9),
    )
    found = compared(this, other)
    assert (found["sessions"], found["only_here"], found["labels_differ"]) == (2, 0, 0)
    assert found["this"]["clicks"]["value"] == 1.0
    assert found["other"]["clicks"]["value"] == 0.5
    assert found["this"]["MRR"]["value"] == 0.75
    assert (found["wins"], found["losses"]) == (1, 0)
    assert found["difference"]["carts"] == dict.fromkeys(("value", "low", "high", "error"))
    assert found["better"]["orders"] is None


def test_other_questions_and_other_labels_are_left_out(compared, tmp_path):
    this = answered(
        tmp_path / "this",
        queries((0, None, 0, None), (1, None, 5, None), (2, None, 6, None)),
        labels((0, "clicks", 1), (1, "clicks", 2), (2, "clicks", 3)),
        [(0, "clicks", 1, 1, 0.5)],
    )
    other = answered(
        tmp_path / "other",
        queries((0, None, 0, None), (1, None, 5, None)),
        labels((0, "clicks", 1), (1, "clicks", 3)),
        [(0, "clicks", 1, 2, 0.5)],
    )
    found = compared(this, other)
    assert (found["sessions"], found["only_here"], found["labels_differ"]) == (1, 1, 1)
    assert found["difference"]["MRR"]["value"] == 0.5


def test_nothing_in_common(compared, tmp_path):
    this = answered(
        tmp_path / "this", queries((0, None, 0, None)), labels((0, "clicks", 1)), [(0, "clicks", 1, 1, 0.5)]
    )
    other = answered(
        tmp_path / "other", queries((3, None, 0, None)), labels((3, "clicks", 1)), [(3, "clicks", 1, 1, 0.5)]
    )
    with pytest.raises(AisleError, match="`against`: no session was asked in both runs at the same event"):
        compared(this, other)
