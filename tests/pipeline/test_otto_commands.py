"""The two OTTO commands: their flags, what they print, and how they fail."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data.otto.split import OUTPUTS
from pipeline import otto_evaluate, otto_split

DAY = 86_400_000
LOG = [
    {"session": 1, "events": [{"aid": 4, "ts": 0, "type": "clicks"}, {"aid": 5, "ts": 1, "type": "carts"}]},
    {
        "session": 2,
        "events": [{"aid": 5, "ts": DAY + 1, "type": "clicks"}, {"aid": 4, "ts": 3 * DAY, "type": "clicks"}],
    },
]


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(session) + "\n" for session in LOG))
    return path


def run(module, *arguments):
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", f"pipeline.{module}", *map(str, arguments)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_split_then_evaluate(tmp_path, log, capsys):
    out, predictions = tmp_path / "new" / "out", tmp_path / "predictions.csv"
    assert otto_split.main(["--train-set", str(log), "--output-path", str(out)]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"wrote {', '.join(OUTPUTS)} to {out}\n"
    assert printed.err == (
        f"the cut is at {DAY} ms: 2 days before the last session's end\n"
        "1 train sessions with 2 items\n"
        "1 test sessions\n"
    )
    assert (out / "test_labels.jsonl").read_text() == '{"session": 2, "labels": {"clicks": 4}}\n'

    predictions.write_text("session_type,labels\n2_clicks,1 4\n")
    arguments = ["--test-labels", str(out / "test_labels.jsonl"), "--predictions", str(predictions)]
    assert otto_evaluate.main(arguments) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == '{"clicks": 1.0, "carts": null, "orders": null, "total": null}'


def test_days_and_seed_reach_the_rule(tmp_path, log, capsys):
    arguments = ["--train-set", str(log), "--output-path", str(tmp_path), "--days", "4", "--seed", "7"]
    assert otto_split.main(arguments) == 0
    assert capsys.readouterr().err.splitlines()[-1] == (
        "warning: a side of the split is empty: compare `--days` with the length of the log"
    )
    assert [(tmp_path / name).read_text() for name in OUTPUTS] == [""] * 4


@pytest.mark.parametrize("module", ["otto_split", "otto_evaluate"])
def test_help_names_the_official_flags(module):
    done = run(module, "--help")
    flags = {"otto_split": ["--train-set", "--output-path", "--days", "--seed"]}
    assert done.returncode == 0
    assert all(flag in done.stdout for flag in flags.get(module, ["--test-labels", "--predictions"]))


def test_an_input_that_cannot_be_used_is_one_line_and_exit_2(tmp_path):
    missing = tmp_path / "none.jsonl"
    for arguments in (
        ("otto_split", "--train-set", missing, "--output-path", tmp_path),
        ("otto_evaluate", "--test-labels", missing, "--predictions", missing),
    ):
        done = run(*arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr == f"error: {missing} cannot be read (No such file or directory): give the path of a file.\n"


def test_errors_inside_the_process_exit_2_as_well(tmp_path, capsys):
    missing = str(tmp_path / "none.jsonl")
    assert otto_split.main(["--train-set", missing, "--output-path", missing]) == 2
    assert otto_evaluate.main(["--test-labels", missing, "--predictions", missing]) == 2
    assert capsys.readouterr().err.count("error: ") == 2


def test_arguments_that_do_not_parse_exit_2(capsys):
    assert otto_split.main(["--output-path", "x"]) == 2
    told = "error: `--train-set` must be given; `python -m pipeline.otto_split --help` tells what is taken.\n"
    assert capsys.readouterr().err == told
    assert otto_split.main(["--train-set", "x", "--output-path", "y", "--days", "two"]) == 2
    told = capsys.readouterr().err
    assert "days" in told
    assert told.count("\n") == 1
