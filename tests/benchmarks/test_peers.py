"""How peers are told, and what is said where one cannot be run."""

from benchmarks.peer_apart import ENVIRONMENT, REQUIREMENTS, environment_missing
from benchmarks.peers import as_markdown
from pipeline.store.code import ROOT


def test_a_peer_is_a_line_of_the_table():
    recall = {"clicks": 0.5, "carts": 0.25, "orders": 1.0, "total": 0.725}
    row = {"name": "one", "learn": 1200.4, "answer": 3.0, "cpu": 7.6, "peak_mib": 2048, "recall": recall}
    heading, rule, line = as_markdown([row]).splitlines()
    assert heading.count("|") == rule.count("|") == line.count("|")
    assert line == "| one | 1,200 | 3 | 8 | 2,048 | 0.5000 | 0.2500 | 1.0000 | 0.7250 |"


def test_a_missing_environment_is_told_with_the_command_that_makes_it(tmp_path):
    told = environment_missing(tmp_path)
    assert f"python -m venv {ENVIRONMENT} && " in told
    assert f"--requirement {REQUIREMENTS}" in told
    assert (ROOT / REQUIREMENTS).is_file()
    python = tmp_path / ENVIRONMENT / "bin/python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert environment_missing(tmp_path) is None
