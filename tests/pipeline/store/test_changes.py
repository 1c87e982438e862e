"""Why a product is stale, in words; trees as `made_from` gives them, worked by hand."""

import pytest

from pipeline.store.changes import changes

FILE = {"path": "log.csv", "size": 1_000, "mtime_ns": 1, "sha256": "a"}


def made(fields, code="c1", versions=None):
    return {
        "task": "pipeline.tasks.log.LogTables",
        "fields": fields,
        "code": code,
        "versions": versions or {"polars": "2.1"},
    }


def said(before, now, modules=None, names=None):
    return [one.said for one in changes(before, now, modules or {}, names or {})]


def test_nothing_differs():
    assert said(made({"a": 1}), made({"a": 1})) == []


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({"rounds": 400}, {"rounds": 500}, "`rounds` was 400, is 500"),
        ({"top": None}, {"top": 30}, "`top` was null, is 30"),
        ({"kept": {"": "Model", "rounds": 4}}, {"kept": {"": "Model", "rounds": 5}}, "`kept.rounds` was 4, is 5"),
        ({"kept": {"": "Model", "rounds": 4}}, {"kept": {"": "Other", "of": 5}}, "`kept` was Model, is Other"),
        ({"by": [["a", 1], ["b", 2]]}, {"by": [["a", 1], ["c", 2]]}, "`by.b` is gone; `by.c` is new"),
        ({"list": [1, 2]}, {"list": [1, 3]}, "`list[1]` was 2, is 3"),
        ({"list": [1, 2]}, {"list": [1]}, "`list` had 2 entries, has 1"),
        ({"old": 1}, {"new": 1}, "`old` is gone; `new` is new"),
        (
            {"in": {"file": FILE}},
            {"in": {"file": FILE | {"size": 9}}},
            "log.csv has changed (1,000 bytes were read, it has 9)",
        ),
        ({"in": {"file": FILE}}, {"in": {"file": FILE | {"sha256": "b"}}}, "log.csv has changed"),
        ({"in": {"file": FILE}}, {"in": {"file": FILE | {"path": "b.csv"}}}, "b.csv is read in place of log.csv"),
        ({"in": [{"file": FILE}]}, {"in": [{"file": FILE}, {"file": FILE | {"path": "b"}}]}, "b is read too"),
        ({"in": [{"file": FILE}, {"file": FILE | {"path": "b"}}]}, {"in": [{"file": FILE}]}, "b is read no more"),
    ],
)
def test_each_difference_is_named(before, now, expected):
    assert "; ".join(said(made(before), made(now))).startswith(expected)


def test_another_product_is_named_by_its_content_and_told_apart():
    (change,) = changes(made({"log": {"artifact": "x"}}), made({"log": {"artifact": "y"}}), {}, {"y": "log"})
    assert (change.said, change.need) == ("`log` is another", "y")


def test_code_is_named_by_module():
    before = made({}) | {"modules": {"data.fixed": "1", "data.keys": "1", "data.gone": "1"}}
    now = {"data.fixed": "2", "data.keys": "1", "data.new": "1"}
    assert said(before, made({}, code="c2"), now) == ["code has changed: data.fixed, data.gone, data.new"]
    assert said(made({}), made({}, code="c2"), now) == ["its code has changed"]  # written before modules were told
    many = {f"data.m{n}": "2" for n in range(5)}
    assert said(made({}) | {"modules": {}}, made({}, code="c2"), many)[0].endswith(
        "data.m0, data.m1, data.m2 and 2 more"
    )


def test_versions_are_named():
    now = made({}, versions={"polars": "2.2", "numba": "1"})
    assert said(made({}), now) == ["numba was not used, is 1", "polars was 2.1, is 2.2"]
