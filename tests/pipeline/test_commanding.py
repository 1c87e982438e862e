"""How commands speak, asked of `commanded` itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data.errors import AisleError
from pipeline.commanding import commanded, planned
from pipeline.saying import LOG

ROOT = Path(__file__).parents[2]


def works(given, voice):
    with voice.opened(voice.name):
        voice.report("log: read")
        LOG.warning("warning: a day is thin")
        voice.console.print("a table")
    return {"rows": 3, "share": float("nan"), "path": Path("x")}


def fails(given, voice):
    voice.report("begun")
    raise AisleError("log.csv: line 3 is odd; mend it.")


@pytest.fixture
def workdir(tmp_path):
    return str(tmp_path / "work")


def test_to_people(workdir, capsys):
    assert commanded(workdir, [], works) == 0
    assert capsys.readouterr() == ("log: read\nwarning: a day is thin\na table\n", "")


def test_quietly(workdir, capsys):
    assert commanded(workdir, ["--quiet"], works) == 0
    assert capsys.readouterr() == ("", "warning: a day is thin\n")
    assert commanded("rank", ["--quiet"], fails) == 2
    assert capsys.readouterr() == ("", "error: log.csv: line 3 is odd; mend it.\n")


def test_to_programs(workdir, capsys):
    assert commanded(workdir, ["--json"], works) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert out.count("\n") == 1
    assert err == "log: read\nwarning: a day is thin\na table\n"
    assert told.pop("seconds") >= 0
    assert told == {
        "command": workdir,
        "exit_code": 0,
        "error": None,
        "workdir": workdir,
        "warnings": ["a day is thin"],
        "products": [],
        "files": [],
        "result": {"rows": 3, "share": None, "path": "x"},
    }


def test_an_error_to_programs(capsys):
    assert commanded("rank", ["--json"], fails) == 2
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["exit_code"], told["error"], told["result"]) == (2, "log.csv: line 3 is odd; mend it.", None)
    assert err == "begun\nerror: log.csv: line 3 is odd; mend it.\n"


def test_all_is_in_the_log_however_it_speaks(workdir, capsys):
    for flags in ([], ["--quiet"], ["--json"]):
        commanded(workdir, flags, works)
    lines = [line.split("\t")[2] for line in (Path(workdir) / "run.log").read_text().splitlines()]
    each = ["log: read", "warning: a day is thin", "ends: done"]
    assert [line for line in lines if not line.startswith("begins: ")] == each * 3


def test_the_error_is_in_the_log(workdir, capsys):
    def opened(given, voice):
        with voice.opened(workdir):
            raise KeyError("x")

    assert commanded("rank", [], opened) == 3
    last = (Path(workdir) / "run.log").read_text().splitlines()[-1]
    assert last.split("\t")[1:] == ["rank", capsys.readouterr().err.strip().replace("error: ", "ends: ")]


def test_what_would_be_done_needs_its_files(tmp_path, capsys):
    assert commanded("x", ["--json"], lambda given, voice: planned(voice, "would write a")) == 0
    assert json.loads(capsys.readouterr().out)["result"] == {"would": "would write a"}
    gone = tmp_path / "gone.csv"
    assert commanded("x", [], lambda given, voice: planned(voice, "would", reads=(gone,))) == 2
    assert "gone.csv: there is no such file" in capsys.readouterr().err


def test_nobody_who_reads_the_object_is_no_error():
    script = (
        "import sys; from pipeline.commanding import commanded; "
        "sys.exit(commanded('x', ['--json'], lambda g, v: 'y' * 10**6))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        run.stdout.close()
        assert run.stderr.read() == ""
        assert run.wait(30) == 141
