"""How much memory a command needs before anything of the log is known, and how much it may have.

Libraries end the process where they get none, or wait without end, so this is looked at first. Standard library alone:
it is asked before anything else is imported.
"""

import contextlib
import re
import resource
from pathlib import Path

MIB = 1024 * 1024
GIB = 1024 * MIB
SPACE = {
    "prepare": 4 * GIB,
    "candidates": 4 * GIB,
    "otto_split": 4 * GIB,
    "otto_evaluate": 4 * GIB,
    "inapp_log": 4 * GIB,
    "otto_log": 4 * GIB,
}
"""Addresses (`ulimit -v`) that a stage reserves on the smallest log: measured 3.1 and 3.2 GiB with two cores."""
MOST_SPACE = 5 * GIB
"""Of all other stages, which train models: measured 4.1 GiB."""
HELD = 512 * MIB
"""What the smallest log holds at once: measured 460 to 580 MiB."""
SAID = re.compile(
    r"cannot allocate|unable to allocate|bad_alloc|out of memory|memory allocation|allocation failed", re.I
)


def lacking(stage: str) -> str | None:
    """One line, where a stage cannot even begin in the memory that it may have; null where it can."""
    space, limit = SPACE.get(stage, MOST_SPACE), resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY and limit < space:
        return (
            f"{stage}: may address {limit / GIB:.1f} GiB of memory (ulimit -v) and needs {space / GIB:.0f} GiB for the "
            "smallest log, most of it never touched: raise that limit, or bound what is held (systemd-run "
            "-p MemoryMax=...) instead."
        )
    there = available()
    if there is not None and there < HELD:
        return (
            f"{stage}: {there // MIB:,} MiB of memory are available and {HELD // MIB:,} are needed: end other programs."
        )
    return None


def is_memory(error: BaseException) -> bool:
    """Whether an error says that there was no memory, in Python's words or in a library's."""
    return isinstance(error, MemoryError) or bool(SAID.search(str(error)))


def memory_said() -> str:
    """What to do where a run has found no memory, and what there is."""
    there = available()
    said = "" if there is None else f" ({there / GIB:.1f} GiB are available)"
    return (
        f"there is no memory for it{said}: end other programs, or take more `--shards`, fewer `--train-queries` or a "
        "`--sample`; the same command goes on where this run stopped."
    )


def available() -> int | None:
    """Bytes that this process may still take, of the machine's and of its control group's; null if nobody says."""
    found = [size for size in (_of_machine(), _of_group()) if size is not None]
    return min(found, default=None)


def _of_machine() -> int | None:
    with contextlib.suppress(OSError, ValueError):
        if told := re.search(r"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE):
            return int(told[1]) * 1024
    return None


def _of_group() -> int | None:
    """What is left in this process's control group (version 2); its file caches count as free."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        group = Path("/proc/self/cgroup").read_text().strip().split("::", 1)[1].splitlines()[0]
        folder = Path("/sys/fs/cgroup") / group.lstrip("/")
        limit, used = (int((folder / name).read_text()) for name in ("memory.max", "memory.current"))
        caches = re.search(r"^inactive_file (\d+)", (folder / "memory.stat").read_text(), re.MULTILINE)
        return limit - used + (int(caches[1]) if caches else 0)
    return None
