"""From lists of items to a rule an item."""

import polars as pl
import pytest

from data.barred import Barred
from data.errors import AisleError
from data.filters import Filters
from data.formats import LogFormat
from data.warned import read_warnings
from pipeline.store.task import RawFile
from pipeline.tasks.filters import FilterTables
from tests.oracle.frames import at

ROWS = (
    ("a", 1, 0, "clicks", "u"),
    ("a", 2, 1, "orders", "u"),
    ("b", 3, 2, "orders", "v"),
    ("b", 2, 3, "orders", None),
    ("c", 4, 9, "orders", "u"),  # after the history's end
    ("c", 5, 10, "clicks", "u"),
)


@pytest.fixture
def tables(build):
    """The artifact of some lists, as texts."""
    log = build.log("log", build.raw("raw", *ROWS))

    def made(bought=False, **lists):
        files = {}
        for rule, text in lists.items():
            (build.folder / f"{rule}.csv").write_text(text)
            files[rule] = RawFile(build.folder / f"{rule}.csv")
        return build("filters", FilterTables(files, LogFormat(), bought, log, log, at(5)))

    return made


def rules(made):
    return pl.read_parquet(made.path / "items.parquet")["rule"].to_list()


def test_the_first_rule_counts(tables):
    made = tables(allow="1\n2\n3\n4\n", deny="2\n5\n", stock="item,stock\n2,0\n3,0\n1,7\n")
    assert rules(made) == [0, 2, 3, 0, 1]  # 5 is not allowed, and not looked up further
    assert read_warnings(made.path) == []


def test_a_whole_number_may_be_written_with_zeros(tables):
    assert rules(tables(deny="0002\n3.0\n")) == [0, 2, 2, 0, 0]


def test_keys_of_no_item_are_counted_and_decide_new_ones(tables):
    made = tables(allow="1\n2\n77\n78\n", deny="78\n88\n")
    barred = Barred.open(made.path, Filters(allow="a", deny="d"))
    assert [barred.rule_of_new(key) for key in ("77", "78", "88", "99")] == [0, 2, 1, 1]
    told = read_warnings(made.path)
    assert [(one["check"], one["unknown"], one["of"]) for one in told] == [
        ("filter_allow", 2, 4),
        ("filter_deny", 2, 2),
    ]
    assert "2 of 4 keys of `filters.allow`" in told[0]["said"]
    assert "such as '77', where the log's are like '1'" in told[0]["said"]


def test_what_was_bought_before(tables):
    assert pl.read_parquet(tables(bought=True).path / "bought.parquet").rows() == [(0, 1), (1, 2)]


def test_a_list_that_leaves_nothing_is_refused(tables):
    with pytest.raises(
        AisleError, match=r"none of 2 keys of `filters.allow` is an item of the log \(the first is 'x1'"
    ):
        tables(allow="x1\nx2\n")


def test_lists_that_leave_nothing_are_refused(tables):
    with pytest.raises(AisleError, match="`filters` leave none of 5 items to be proposed"):
        tables(deny="1\n2\n3\n4\n5\n")
