"""What stands and what would be built, through the command line; a terminal's one line a stage; the log of a run."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from pipeline import otto_split, prepare, run, status, value
from tests.e2e.conftest import TINY

SHOP = (*TINY[:2], "--input.synthetic.sessions", "120", "--input.synthetic.items", "60")
PREPARED = ["shop", "log", "log-order", "valid/fold", "test/fold"]


def everything(folder):
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*")}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A shop whose folds are cut."""
    folder = tmp_path_factory.mktemp("status") / "work"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(os.path.dirname(os.path.dirname(os.path.dirname(__file__))))
        assert prepare.main([*SHOP, "--workdir", str(folder)]) == 0
    return folder


def asked(main, *flags, capsys):
    """A command's JSON object."""
    capsys.readouterr()
    assert main([*flags, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def states(told):
    return {one["name"]: one["state"] for one in told["result"]["standing"]}


def test_a_dry_run_where_nothing_stands_makes_nothing(tmp_path, capsys):
    folder = tmp_path / "work"
    told = asked(run.main, *SHOP, "--workdir", str(folder), "--dry-run", capsys=capsys)
    assert told["result"]["would_build"] == ["shop", "log"]
    assert told["result"]["stopped"] == "what follows `log` is known when that is built"
    assert not folder.exists()


def test_a_dry_run_tells_what_is_current_and_touches_nothing(prepared, capsys):
    before = everything(prepared)
    flags = [*SHOP, "--workdir", str(prepared), "--dry-run"]
    assert prepare.main(flags) == 0
    assert capsys.readouterr().out == "nothing would be built: 5 products are current\n"
    assert run.main(flags) == 0
    assert "1 product would be built, and what follows them; 5 products are current" in capsys.readouterr().out
    assert everything(prepared) == before


def test_a_dry_run_says_why(prepared, capsys):
    assert prepare.main([*SHOP, "--workdir", str(prepared), "--dry-run", "--folds.min-prefix", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "valid/fold: would be built: `folds.min_prefix` was 1, is 3" in lines
    assert lines[-1] == "2 products would be built; 3 products are current"


def test_what_no_run_could_do_is_an_error(prepared, tmp_path, capsys):
    assert run.main([*SHOP, "--workdir", str(prepared), "--dry-run", "--filters.deny", str(tmp_path / "no.csv")]) == 2
    assert "no.csv: there is no such file" in capsys.readouterr().err
    (tmp_path / "mine.txt").write_text("x")
    assert run.main([*SHOP, "--workdir", str(tmp_path), "--dry-run"]) == 2
    assert "holds other files (mine.txt" in capsys.readouterr().err


def test_status_knows_the_settings_of_the_last_run(prepared, capsys):
    before = everything(prepared)
    told = asked(status.main, "--workdir", str(prepared), capsys=capsys)
    assert told["result"]["commands"] == ["prepare"]
    assert states(told) == dict.fromkeys(PREPARED, "current")
    log = told["result"]["standing"][1]
    assert log["counted"][1] == "rows"
    assert log["size"] == sum(
        file.stat().st_size for file in (prepared / "log").rglob("*") if file.is_file() and file.name != "manifest.json"
    )
    assert 0 <= log["age"] < 3_600
    assert everything(prepared) == before


def test_status_with_other_settings_says_what_they_would_build(prepared, capsys):
    told = asked(status.main, *SHOP, "--workdir", str(prepared), "--folds.min-prefix", "3", capsys=capsys)
    assert states(told) == dict.fromkeys(PREPARED[:3], "current") | dict.fromkeys(PREPARED[3:], "stale")
    told = asked(status.main, *SHOP, "--workdir", str(prepared), "--of", "run", capsys=capsys)
    assert told["result"]["stopped"].startswith("what follows `valid/learnt/")
    assert {"log": "current", "valid/learnt/revisit": "new"}.items() <= states(told).items()


def test_status_knows_durations_of_the_last_run(prepared, tmp_path, capsys):
    folder = tmp_path / "work"
    shutil.copytree(prepared, folder)
    assert prepare.main([*SHOP, "--workdir", str(folder), "--folds.valid", "6d", "--folds.test", "5d"]) == 0
    told = asked(status.main, "--workdir", str(folder), capsys=capsys)
    assert told["result"]["stopped"] is None
    assert states(told) == dict.fromkeys(PREPARED, "current")


def test_status_reads_well(prepared, capsys):
    assert status.main(["--workdir", str(prepared)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("│")[1].strip() for line in lines if line.startswith("│")] == PREPARED
    assert lines[-1] == "nothing would be built: 5 products are current"


def test_status_while_a_run_holds_it(prepared, capsys):
    from pipeline.store.workdir import locked

    with locked(prepared):
        assert asked(status.main, "--workdir", str(prepared), capsys=capsys)["result"]["held_by"] in (os.getpid(), None)


def test_status_of_a_folder_that_is_not_there(tmp_path, capsys):
    assert status.main(["--workdir", str(tmp_path / "no")]) == 0
    told = capsys.readouterr().out
    assert "no command has left its settings here: give --config to know what is current" in told
    assert f"{tmp_path / 'no'}: is no working directory of Aisle; name the one that a run was given\n" in told
    assert told.endswith("nothing stands here\n")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--of", "runn"], "`--of` names `runn`, which is no command with products; did you mean `run`?"),
        (["--workdir"], "`--workdir`: give flags with their values"),
        (["--of", "value"], "`value` has not run here; give its settings with --config."),
        (["--nosuch", "1"], "there is no setting `nosuch`"),
    ],
)
def test_what_status_does_not_take(flags, message, prepared, capsys):
    given = flags if "--workdir" in flags else ["--workdir", str(prepared), *flags]
    assert status.main(given) == 2
    assert message in capsys.readouterr().err


def test_a_flat_table_would_be_built(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("a,b\n" + "1,2\n" * 30)
    flags = ["--table", str(tmp_path / "t.csv"), "--target", "b", "--workdir", str(tmp_path / "work"), "--dry-run"]
    assert value.main(flags) == 0
    assert capsys.readouterr().out.splitlines()[0] == "value_table: would be built: not there"
    assert not (tmp_path / "work").exists()


def test_a_command_without_products_tells_what_it_would_write(tmp_path, capsys):
    (tmp_path / "s.jsonl").write_text("{}\n")
    flags = ["--train-set", str(tmp_path / "s.jsonl"), "--output-path", str(tmp_path / "out"), "--dry-run"]
    assert otto_split.main(flags) == 0
    assert capsys.readouterr().out.startswith("would write train_sessions.jsonl, ")
    assert not (tmp_path / "out").exists()


def on_a_terminal(*command):
    """What a command writes to a pseudo-terminal, and its exit code."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"}
    ) as run:
        os.close(theirs)
        written = b""
        while chunk := _read(ours):
            written += chunk
    os.close(ours)
    return written.decode(), run.returncode


def _read(file):
    try:
        return os.read(file, 65_536)
    except OSError:  # how Linux says that nobody writes any more
        return b""


def test_a_terminal_gets_one_line_a_stage_and_the_same_products(prepared, tmp_path):
    command = [sys.executable, "-m", "pipeline.prepare", *SHOP, "--shards", "3", "--workdir"]
    written, code = on_a_terminal(*command, str(tmp_path / "shown"))
    assert code == 0
    assert "\x1b[?25l" in written  # the cursor is hidden while the line is drawn,
    assert written.count("\x1b[?25h") >= written.count("\x1b[?25l")  # and given back
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written).replace("\r", "\n").splitlines()
    for name in PREPARED:
        assert [line.startswith(f"{name}: built in ") for line in plain].count(True) == 1
        assert any(re.match(rf"\S {name} ━+ \d:\d\d:\d\d", line) for line in plain)  # the line while it was made
    done = subprocess.run([*command, str(tmp_path / "plain")], capture_output=True, text=True, check=True)
    assert "\x1b" not in done.stdout + done.stderr
    for name in PREPARED:
        told = [json.loads((tmp_path / where / name / "manifest.json").read_text()) for where in ("shown", "plain")]
        assert told[0]["content"] == told[1]["content"]
        assert told[0]["id"] == told[1]["id"]
    log = [line.split("\t")[2] for line in (tmp_path / "shown" / "run.log").read_text().splitlines()]
    assert [line.split(" in ")[0] for line in log if ": built in " in line] == [f"{name}: built" for name in PREPARED]
    assert (log[0].split(": ")[0], log[-1]) == ("begins", "ends: done")


def test_json_on_a_terminal_shows_the_line_on_stderr_alone(tmp_path):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pipeline.prepare", *SHOP, "--json", "--workdir", str(tmp_path / "work")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"}) as run:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        told = json.loads(run.stdout.read())
    os.close(ours)
    assert run.returncode == 0
    assert "━" in shown.decode()
    assert [one["name"] for one in told["products"]] == PREPARED
    assert all(one["built"] for one in told["products"])


def test_a_run_that_is_stopped_says_so_in_its_log(tmp_path):
    command = [sys.executable, "-m", "pipeline.prepare", *SHOP[:2], "--input.synthetic.sessions", "400000"]
    log = tmp_path / "work" / "run.log"
    with subprocess.Popen([*command, "--workdir", str(tmp_path / "work")], stderr=subprocess.PIPE, text=True) as run:
        until = time.monotonic() + 60
        while not (log.exists() and log.read_text().count("\n")) and time.monotonic() < until:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        assert run.communicate(timeout=60)[1].startswith("interrupted; ")
    assert run.returncode == 130
    first, last = (line.split("\t")[2] for line in log.read_text().splitlines())
    assert first.startswith("begins: prepare ")
    assert last in ("ends: interrupted", "ends: stopped by a signal")  # the latter where a library had the word


def test_from_a_stage_on_what_is_current_is_built_again(prepared, tmp_path, capsys):
    before = everything(prepared)
    told = asked(prepare.main, *SHOP, "--workdir", str(prepared), "--dry-run", "--from", "folds", capsys=capsys)
    assert told["result"]["would_build"] == ["valid/fold", "test/fold"]
    assert everything(prepared) == before
    folder = tmp_path / "work"
    shutil.copytree(prepared, folder)
    assert prepare.main([*SHOP, "--workdir", str(folder), "--from", "folds"]) == 0
    said = capsys.readouterr().out
    assert [line.split(":")[0] for line in said.splitlines() if ": built in" in line] == ["valid/fold", "test/fold"]
    assert prepare.main([*SHOP, "--workdir", str(folder), "--from", "fold"]) == 2
    assert capsys.readouterr().err.endswith("got 'fold'; did you mean `folds`?\n")
