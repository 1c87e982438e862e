"""A whole run on worker processes, one of which is killed in the middle: the bytes of a run in one process."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from pipeline import run
from pipeline.interrupts import children
from pipeline.voice import Voice
from tests.e2e.conftest import results, run_in


def contents(folder):
    """What each product holds, by name."""
    told = {file.parent.relative_to(folder): json.loads(file.read_text()) for file in folder.rglob("manifest.json")}
    return {str(name): manifest["content"] for name, manifest in told.items()}


def worker_processes():
    """The processes that work for this one's cluster."""
    return [pid for pid in children() if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_run_on_workers_gives_the_bytes_of_a_run_here(tiny, tmp_path, monkeypatch):
    killed, usual = [], Voice.made

    def kill_one(voice, product):
        usual(voice, product)
        if product.name == "valid/fold":
            killed.append(worker_processes()[0])
            os.kill(killed[0], signal.SIGKILL)

    monkeypatch.setattr(Voice, "made", kill_one)
    work = tmp_path / "work"
    assert run_in(work, "--engine", "dask", "--workers", "2") == 0
    assert killed
    assert results(work) == results(tiny)
    made, here = contents(work), contents(tiny)  # where other tests have built more
    assert made == {name: here[name] for name in made}
    assert not list(work.rglob("*.tmp"))


def test_a_run_without_dask_imports_none_of_it():
    asked = "import sys, pipeline.run, aisle; sys.exit(bool({'dask', 'distributed', 'fsspec'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_what_nobody_would_ask_is_one_line(tmp_path, capsys):
    for flags, said in (
        (["--workers", "2"], "`workers` is 2, and `engine` is local"),
        (["--engine", "dask", "--workers", "0"], "`workers` must lie between 1 and"),
        (["--engine", "dask", "--workers", "2", "--scheduler", "tcp://a:1"], "has workers of its own"),
    ):
        assert run.main([*flags, "--workdir", str(tmp_path / "work")]) == 2
        assert said in capsys.readouterr().err
