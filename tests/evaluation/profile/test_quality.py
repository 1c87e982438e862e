import polars as pl

from data.validate import QUARANTINE
from evaluation.profile.quality import examples, missing, set_aside
from tests.evaluation.profile.logs import log


def test_missing_by_column():
    found = {(table, column): (rows, gone) for table, column, rows, gone, _ in missing({"events": log().lazy()}).rows()}
    assert found["events", "session"] == (9, 0)
    assert found["events", "user"] == (9, 2)
    assert found["events", "price"] == (9, 5)
    assert found["events", "category"] == (9, 9)


def test_set_aside_by_reason():
    summary = {
        "rows": 20,
        "quarantined": {"null item": 1},
        "dropped": {"event wish is ignored": 4},
        "nulled": {"user": 2},
    }
    assert set_aside(summary).rows() == [
        ("dropped by rule", "event wish is ignored", 4, 0.2),
        ("value taken for missing", "user", 2, 0.1),
        ("set aside", "null item", 1, 0.05),
    ]


def bad_rows(*rows):
    names = ["file", "row", "reason", "item"]
    given = pl.DataFrame(list(rows), schema=names, orient="row")
    return pl.concat([pl.DataFrame(schema=QUARANTINE), given], how="diagonal_relaxed").lazy()


def test_examples_are_the_first_of_the_commonest():
    rows = [("/a/log.csv", n, "null item", None) for n in (9, 7, 8, 6)] + [
        ("/a/log.csv", 1, "unparsable time", "<script>")
    ]
    found = examples(bad_rows(*rows))
    assert found.rows() == [
        ("null item", "log.csv", 6, ""), ("null item", "log.csv", 7, ""), ("null item", "log.csv", 8, ""),
        ("unparsable time", "log.csv", 1, "item: <script>"),
    ]  # fmt: skip


def test_examples_are_short():
    found = examples(bad_rows(("log.csv", 1, "null item", "x" * 10_000)))
    assert len(found["values"][0]) < 100
    assert examples(bad_rows()).is_empty()
