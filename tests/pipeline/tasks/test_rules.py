"""From a file of rules to codes."""

import numpy as np
import polars as pl
import pytest

from data.formats import LogFormat
from data.rules.opened import OpenRules
from data.warned import read_warnings
from pipeline.store.task import RawFile
from pipeline.tasks.rules import RuleTables, told_counts
from tests.oracle.frames import at

ROWS = (
    ("a", 1, 0, "clicks", "u"),
    ("a", 2, 1, "orders", "u"),
    ("b", 3, 2, "orders", "v"),
    ("c", 4, 9, "orders", "w"),  # after the history's end
)


@pytest.fixture
def tables(build):
    raw = build.raw("raw", *ROWS, category=pl.Series(["x", "y", "x", "y"]), brand=pl.lit("Acme"))
    log = build.log("log", raw)

    def made(text):
        (build.folder / "rules.csv").write_text("kind,on,key,whom\n" + text)
        return build("rules", RuleTables(RawFile(build.folder / "rules.csv"), LogFormat(), log, log, log, at(5)))

    return made


def named(made):
    return [items.tolist() for items in OpenRules.open(made.path).members]


def test_what_rules_name(tables):
    made = tables("block,item,0002,\npin,category,x,\nboost,brand,Acme,\nblock,item,77,\n")
    assert named(made) == [[1], [0, 2], [0, 1, 2, 3], []]
    assert [rule["strange"] for rule in OpenRules.open(made.path).told] == [False, False, False, True]
    (told,) = read_warnings(made.path)
    assert (told["check"], told["unknown"], told["of"]) == ("rules_unknown", 1, 4)
    assert "name no item that is known at the end of the history, such as row 4 (item '77' for all)" in told["said"]


def test_whom_rules_name(tables):
    made = tables("block,item,1,user:v\nblock,item,1,user:nobody\nblock,item,1,new\nblock,item,1,all\n")
    opened = OpenRules.open(made.path)
    assert [rule["user"] for rule in opened.told] == [1, -1, None, None]
    assert opened.users.tolist() == [0, 1]  # w comes after the history's end
    assert "name nobody, such as row 2" in read_warnings(made.path)[0]["said"]


def test_whom_the_history_knows_is_kept_only_where_a_rule_asks(tables):
    assert OpenRules.open(tables("block,item,1,carting\n").path).users.tolist() == []


def test_no_rule_at_all(tables):
    made = tables(",item,1,\n")
    assert OpenRules.open(made.path).told == ()
    assert told_counts(made, []) == []


def test_what_rules_have_done(tables):
    (told,) = told_counts(tables("pin,item,1,new\n"), np.array([[5, 3, 2]]).tolist())
    assert told == {
        **{"row": 1, "kind": "pin", "on": "item", "key": "1", "places": 1, "since": None, "until": None},
        **{"whom": "new", "queries": 5, "applied": 3, "lists": 2},
    }
