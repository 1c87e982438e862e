"""What the shop's own rules have done, as a section."""

from report.page.blocks import Drawn, Headlines, Prose, Shown
from report.ranked.rules import rules_section

DAY = 86_400_000


def rule(row, kind="block", applied=0, lists=0, **more):
    plain = {"row": row, "kind": kind, "on": "item", "key": "7", "places": 0, "since": None, "until": None}
    return plain | {"whom": "all", "queries": 9, "applied": applied, "lists": lists} | more


RULES = [rule(1), rule(2, "pin", 3, 3, places=2, since=DAY, whom="user:ann"), rule(3, "boost", 8, 2, until=2 * DAY)]


def of(section, kind):
    return [block for block in section.blocks if isinstance(block, kind)]


def test_without_rules_there_is_no_section():
    assert rules_section([]) is None


def test_rules_for_whom_when_and_how_often():
    section = rules_section(RULES)
    assert of(section, Prose)[0].text == "3 rules (1 blocks, 1 pins, 1 boosts); 1 of them were not applied once."
    assert [(one.label, one.value, one.source) for one in of(section, Headlines)[0].numbers] == [
        ("boost item 7", "8", "rules.2.applied"),
        ("pin item 7", "3", "rules.1.applied"),
        ("block item 7", "0", "rules.0.applied"),
    ]
    (table,) = of(section, Shown)
    assert table.rows.row(1, named=True) == {
        "row": 2,
        "rule": "pin item 7",
        "places": 2,
        "for": "user:ann",
        "from": "1970-01-02 00:00",
        "until": "always",
        "questions": 9,
        "applied": 3,
        "lists touched": 3,
    }
    assert table.rows["until"].to_list() == ["always", "always", "1970-01-03 00:00"]
    (drawn,) = of(section, Drawn)
    assert drawn.described == "Lying bars; the longest is 2: pin item 7 with 3 lists."


def test_rules_that_did_nothing_are_not_drawn():
    assert of(rules_section([rule(1)]), Drawn) == []


def test_lists_that_were_not_measured_have_no_metrics_to_point_at():
    assert {one.source for one in of(rules_section(RULES, measured=False), Headlines)[0].numbers} == {""}
