import io

import pytest
from rich.console import Console

from report.standing import Standing, age_said, folded, show_foreseen, show_standing, size_said, summary_said

SHARDS = [
    Standing(
        f"valid/candidates/{n:03}",
        "stale",
        ("code has changed: x",),
        age=100.0 + n,
        seconds=2.0,
        size=10,
        counted=(5, "rows"),
    )
    for n in range(3)
]
ALL = [
    Standing("log", "current", age=7_300.0, seconds=12.34, size=3 * 1024**2, counted=(9_501, "rows")),
    *SHARDS,
    Standing("valid/fold", "new", ("not there",), counted=(7, "queries")),
    Standing("models/[clicks]", "waits", ("log", "b", "c", "d")),
    Standing("metrics.json", "waits", ("log",), published=True),
]


def shown(function, *arguments):
    out = io.StringIO()
    function(*arguments, Console(file=out, width=120))
    return out.getvalue()


def test_shards_that_are_alike_are_one():
    one = folded(ALL)[1]
    assert (one.name, one.shards, one.age, one.seconds, one.size) == ("valid/candidates", 3, 100.0, 6.0, 30)
    assert one.counted == (15, "rows")
    other = [SHARDS[0], Standing("valid/candidates/001", "current"), SHARDS[2]]
    assert [(one.name, one.shards) for one in folded(other)] == [(one.name, 1) for one in other]


def test_the_table_names_state_age_time_size_rows_and_reason():
    lines = shown(show_standing, ALL).splitlines()
    assert [cell.strip() for cell in lines[3].split("│")[1:-1]] == [
        "log",
        "current",
        "2 h",
        "12.3 s",
        "3.0 MiB",
        "9,501",
        "",
    ]
    told = "\n".join(lines)
    assert "valid/candidates (3 shards)" in told
    assert "7 queries" in told
    assert "models/[clicks]" in told
    assert "for log, b, c and 1 more" in told


def test_what_would_be_done_is_a_line_each():
    assert shown(lambda console: show_foreseen(ALL, None, console)).splitlines() == [
        "valid/candidates (3 shards): would be built: code has changed: x",
        "valid/fold: would be built: not there",
        "models/[clicks]: waits for log, b, c and 1 more",
        "metrics.json: waits for log",
        "4 products would be built; 1 product is current; 1 wait, and are built again if those come out another",
    ]


def test_where_more_follows_it_is_said():
    told = shown(lambda console: show_foreseen(ALL[4:5], "what follows is known later", console)).splitlines()
    assert told[1:] == [
        "what follows is known later",
        "1 product would be built, and what follows them; 0 products are current",
    ]


def test_nothing_to_do():
    assert summary_said([ALL[0]]) == "nothing would be built: 1 product is current"
    assert summary_said([]) == "nothing stands here"
    assert summary_said([Standing("a", "whole"), Standing("b", "whole")]) == "2 products stand here"


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, ""), (3.6, "4 s"), (60, "1 min"), (7_199, "1 h"), (200_000, "2 d")]
)
def test_ages(seconds, said):
    assert age_said(seconds) == said


def test_sizes():
    assert (size_said(None), size_said(512), size_said(3 * 1024**2)) == ("", "0.5 KiB", "3.0 MiB")
