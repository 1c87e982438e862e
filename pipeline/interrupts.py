"""A run that is told to stop, stops: at once where Python has the word, a moment later where a library has it."""

import contextlib
import functools
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import FrameType

STOPS = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "terminated",
    signal.SIGHUP: "ended, since its terminal was closed",
}
"""What stops a run, and what is said of it; its exit code is 128 and the signal's number."""
GRACE = 3.0  # seconds
_listening: set[threading.Event] = set()
"""The commands that hear signals now: one, or one within another."""
ROUNDS, BETWEEN = 3, 0.05
"""How often, and after how many seconds again, processes that were started are told to end."""


class Stopped(BaseException):
    """A signal has asked for the end; no handler of ordinary errors takes it.

    Parameters
    ----------
    number
        The signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextlib.contextmanager
def stoppable(clean: Callable[[], None], say: Callable[[int], None]) -> Iterator[None]:
    """Let signals end what is done in the context, wherever it is.

    In Python's own code a signal raises `KeyboardInterrupt` (Ctrl-C) or `Stopped`. Compiled code that takes long, or a
    thread that is waited for, hears nothing of it: then a watching thread ends the process itself.

    Parameters
    ----------
    clean
        Ends what was started and removes what is half-written; called by that thread before it ends the process.
    say
        Called likewise, with the signal's number.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone may handle signals
        yield
        return
    owner, done = os.getpid(), threading.Event()

    def stop(number: int, _: FrameType | None) -> None:
        if os.getpid() != owner:  # a fork of ours, whose parent says it
            os._exit(128 + number)
        for one in heard:  # what follows cleans up, and is not to be cut short
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt if number == signal.SIGINT else Stopped(number)

    heard = {
        one: signal.getsignal(one) for one in STOPS if signal.getsignal(one) is not signal.SIG_IGN
    }  # nohup's stays
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    threading.Thread(target=_watch, args=(reader, done, clean, say), daemon=True, name="stops").start()
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    _deafen_forks()
    _listening.add(done)
    for one in heard:
        signal.signal(one, stop)
    try:
        yield
    finally:
        done.set()
        _listening.discard(done)
        for one, handler in heard.items():
            signal.signal(one, handler)
        signal.set_wakeup_fd(before)
        os.close(writer)


@functools.cache
def _deafen_forks() -> None:
    """Once for all commands of a process: what is called at a fork stays as long as the process lives."""
    os.register_at_fork(after_in_child=_be_deaf)


def _be_deaf() -> None:
    # a fork shares the pipe: what ends it, such as the pool that it works for, would be heard as our own end
    if _listening:
        signal.set_wakeup_fd(-1)


def _watch(reader: int, done: threading.Event, clean: Callable[[], None], say: Callable[[int], None]) -> None:
    """Wait for a signal, give the program a moment, and end it where it has not ended."""
    number = 0
    while byte := os.read(reader, 1):
        if (number := byte[0]) in STOPS and not done.wait(GRACE):
            with contextlib.suppress(Exception):
                clean()
            with contextlib.suppress(Exception):
                say(number)
                sys.stderr.flush()
            os._exit(128 + number)
    os.close(reader)


def end_children(others: Collection[int]) -> None:
    """End the processes that libraries have started to work for a command.

    Parameters
    ----------
    others
        The processes that ran before the command and belong to the program that calls it.
    """
    for child in multiprocessing.active_children():
        if child.pid not in others:
            child.kill()
    for _ in range(ROUNDS):  # a fork that has only just begun forgets what it is told
        if not (left := set(children()) - set(others)):
            return
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGTERM)
        time.sleep(BETWEEN)


def children() -> list[int]:
    """The processes that this one has started and that run still, where the system tells."""
    found: list[int] = []
    for listed in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(pid) for pid in listed.read_text().split()]
    return [pid for pid in found if runs(pid)]


def runs(pid: int) -> bool:
    """Whether a process runs still, where the system tells; one that has ended does not, though nobody has asked."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
