"""Every end of a command, asked of `ended` itself: in this process, and in others where signals are sent."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from data.errors import AisleError
from pipeline.ending import ended, one_line

ROOT = Path(__file__).parents[2]


def panic():
    """What Polars raises where its Rust code panics: no `Exception`."""
    return pl.exceptions.PanicException("called `Option::unwrap()`\non a `None` value")


def raising(error, product=None):
    def work(given, clean):
        if product:
            error.add_note(f"while building `{product}`")
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (AisleError("log.csv: line 3 is odd; mend it."), 2, "error: log.csv: line 3 is odd; mend it.\n"),
        (PermissionError(errno.EACCES, "Permission denied", "w/log"), 2, "error: rank: `a`: w/log: Permission denied;"),
        (MemoryError(), 2, "error: rank: `a`: there is no memory for it"),
        (RuntimeError("std::bad_alloc"), 2, "error: rank: `a`: there is no memory for it"),
        (
            panic(),
            3,
            "error: rank: `a`: PanicException: called `Option::unwrap()` on a `None` value; this is a fault of",
        ),
        (
            KeyError("x"),
            3,
            "error: rank: `a`: KeyError: 'x'; this is a fault of Aisle's: give the same command with --d",
        ),
        (KeyboardInterrupt(), 130, "interrupted; the same command goes on where this run stopped\n"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 141, ""),
    ],
)
def test_each_end_is_one_line_and_a_code(error, code, said, capfd):
    with open(os.devnull, "w") as nowhere, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", nowhere)  # which a broken pipe is pointed at
        assert ended("rank", [], raising(error, "a")) == code
    found = capfd.readouterr().err
    assert found.startswith(said)
    assert found.count("\n") == (1 if said else 0)


def test_the_flag_shows_where_it_came_from_and_is_not_passed_on(capfd):
    seen = []
    assert ended("rank", ["--x", "1", "--debug"], lambda given, clean: seen.append(given)) == 0
    assert seen == [["--x", "1"]]
    assert ended("rank", ["--debug"], raising(KeyError("x"))) == 3
    assert "Traceback" in capfd.readouterr().err


def test_help_ends_as_it_does():
    with pytest.raises(SystemExit) as end:
        ended("rank", [], raising(SystemExit(0)))
    assert end.value.code == 0


def test_a_line_has_no_breaks_no_control_characters_and_no_megabytes():
    assert one_line("a\n\tb \x1b[31mred\ud800") == "a b \\x1b[31mred\\ud800"
    assert len(one_line("x" * 10_000_000)) < 2_100


COMMAND = """
import sys, threading, time
from pathlib import Path
from pipeline.ending import ended
where, half = sys.argv[1], Path(sys.argv[2])

def busy(seconds):
    import numba
    @numba.njit(nogil=True)
    def spin(n):
        x = 0.0
        for i in range(n):
            x += i % 7 * 1e-9
        return x
    spin(1)
    half.write_text("half")
    spin(int(seconds * 1e12))

def work(given, clean):
    clean.append(lambda: half.unlink(missing_ok=True))
    if where == "python":
        half.write_text("half")
        time.sleep(60)
    elif where == "library":
        busy(60)
    elif where == "thread":
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(1) as pool:
            pool.submit(busy, 60).result()
    else:
        import os
        reader, writer = os.pipe()
        if os.fork() == 0:  # which hears signals from here on
            os.read(reader, 1)  # until the parent is out of what is called at a fork, where no signal may be raised
            half.write_text("half")
        else:
            os.write(writer, b".")
        time.sleep(60)

sys.exit(ended("rank", [], work))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("where", ["python", "library", "thread", "fork"])
def test_a_signal_ends_it_wherever_it_is(tmp_path, number, where):
    half = tmp_path / "half"
    command = [sys.executable, "-c", COMMAND, where, str(half)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True) as run:
        until = time.monotonic() + 50
        while not half.exists() and time.monotonic() < until:
            time.sleep(0.02)
        os.killpg(run.pid, number)
        said = run.communicate(timeout=30)[1]
    assert run.returncode == 128 + number
    first = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}[number]
    assert said == f"{first}; the same command goes on where this run stopped\n"
    assert not half.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_forks_end_with_the_run_that_was_told_alone(tmp_path, number):
    half = tmp_path / "half"
    command = [sys.executable, "-c", COMMAND, "fork", str(half)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as run:
        until = time.monotonic() + 50
        while not half.exists() and time.monotonic() < until:
            time.sleep(0.02)
        run.send_signal(number)
        run.communicate(timeout=30)  # waits for all that hold its stderr
    assert run.returncode == 128 + number


POOL = """
import multiprocessing, sys, threading, time
from pipeline import interrupts
from pipeline.ending import ended

interrupts.GRACE = 0.2

def work(given, console):
    fork = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
    fork.start()
    time.sleep(0.5)
    fork.terminate()  # by SIGTERM, as a pool does
    fork.join()
    threading.Event().wait(1.5)
    print("went on")

sys.exit(ended("candidates", [], work))
"""


def test_a_pool_that_ends_its_forks_does_not_end_the_run():
    run = subprocess.run(
        [sys.executable, "-c", POOL], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "went on\n", "")


def test_nobody_who_reads_on_is_no_error():
    script = "import sys; from pipeline.ending import ended; sys.exit(ended('x', [], lambda g, c: print('y' * 10**6)))"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        run.stdout.close()
        assert run.stderr.read() == ""
        assert run.wait(30) == 141
