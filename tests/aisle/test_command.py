"""The command `aisle`."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from aisle.command import COMMANDS, main

ROOT = Path(__file__).parents[2]


def test_help_names_every_command_in_one_line(capsys):
    for asked in ([], ["--help"], ["-h"]):
        assert main(asked) == 0
        told, _, ends = capsys.readouterr().out.partition("\n\nflags of every command:\n")
        usage, blank, *lines = told.splitlines()
        assert "exit codes:\n  0    done\n  2    the input, a setting, the disk or the memory is wrong" in ends
        assert (usage[:19], blank) == ("usage: aisle COMMAN", "")
        assert [line.split()[0] for line in lines] == list(COMMANDS)
        assert all(line.endswith(".") and len(line.split()) > 5 for line in lines)


def test_every_command_of_the_pipeline_is_there():
    runs = {f.stem for f in (ROOT / "pipeline").glob("*.py") if "sys.exit(main())" in f.read_text()}
    assert {module.removeprefix("pipeline.") for module in COMMANDS.values()} == runs


@pytest.mark.parametrize("name", COMMANDS)
def test_the_rest_is_passed_on(name, capsys):
    with pytest.raises(SystemExit) as done:
        main([name, "--help"])
    assert done.value.code == 0
    assert f"python -m {COMMANDS[name]}" in capsys.readouterr().out


def test_a_wrong_setting_is_one_line(capsys):
    assert main(["run", "--shards", "0"]) == 2
    assert capsys.readouterr().err == "error: `shards` must be at least 1, got 0.\n"


def test_an_unknown_command_is_one_line(capsys):
    assert main(["rnu", "--help"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: `rnu` is no command of aisle; there are run, status, prepare,")
    assert err.count("\n") == 1


def test_it_runs_in_another_folder(tmp_path):
    """As the console script does: a log of the demo, by its file's absolute name."""
    script = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]["aisle"]
    module, function = script.split(":")
    program = f"import sys; sys.path.append({str(ROOT)!r}); from {module} import {function}; sys.exit({function}())"
    flags = ("--config", str(ROOT / "configs/dev.yaml"), "--input.synthetic.sessions", "100", "--workdir", "out")
    ran = subprocess.run(
        [sys.executable, "-I", "-c", program, "prepare", *flags],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "out" / "test" / "fold").is_dir()


def test_the_package_runs_as_the_command():
    ran = subprocess.run(
        [sys.executable, "-m", "aisle", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr[:18]) == (2, "error: `nothing` i")


def test_nobody_who_reads_its_help_to_the_end():
    program = "import sys, aisle.command as c; c._help = lambda: 'x' * 10**6; sys.exit(c.main(['--help']))"
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=-1, stderr=-1) as run:
        run.stdout.read(1)
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.returncode == 141
