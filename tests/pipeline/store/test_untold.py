"""What only tells how far work has come is no part of an identity."""

from pipeline.store.code import parse_module

PLAIN = """
import lightgbm as lgb

def learn(rows, plan):
    total = 0
    for row in rows:
        total += row
    grown = lgb.train(plan, rows)
    stopped = lgb.train(plan, rows, callbacks=[lgb.early_stopping(3)])
    return total, grown, stopped
"""
TELLING = """
import lightgbm as lgb

from data.progress import far, rounds_told as told

def learn(rows, plan):
    total = 0
    for row in rows:
        total += row
        far(total, unit="rows")
    grown = lgb.train(plan, rows, callbacks=[*told(3)])
    stopped = lgb.train(plan, rows, callbacks=[lgb.early_stopping(3), *told(3)])
    return total, grown, stopped
"""


def test_a_module_that_tells_is_read_as_if_it_did_not():
    assert parse_module("learning.one", TELLING) == parse_module("learning.one", PLAIN)


def test_a_loop_that_only_tells_is_an_empty_one():
    one = "from data.progress import far\ndef f(n):\n    for x in n:\n        far(x)\n"
    assert parse_module("learning.one", one) == parse_module(
        "learning.one", "def f(n):\n    for x in n:\n        pass\n"
    )


def test_another_function_of_that_name_counts():
    mine = "from data.other import far\ndef f(n):\n    far(n)\n    return n\n"
    assert parse_module("learning.one", mine) != parse_module("learning.one", mine.replace("    far(n)\n", ""))


def test_what_is_made_of_its_value_counts():
    used = "from data.progress import far\ndef f(n):\n    return far(n)\n"
    assert "far" in parse_module("learning.one", used).definitions["f"].text
