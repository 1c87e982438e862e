"""Rows worked on in equal parts at once, by kernels that let go of the interpreter's lock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise


def in_parts(rows: int, threads: int, work: Callable[[tuple[int, int]], None]) -> None:
    """Call `work` with (first, the first after it) of each of `threads` parts of the rows, each in a thread."""
    if threads == 1:
        return work((0, rows))  # a pool takes longer to start than a session to answer
    cuts = [rows * part // threads for part in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        for job in [pool.submit(work, share) for share in pairwise(cuts)]:
            job.result()
    return None
