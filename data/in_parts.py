"""Rows worked on in equal parts at once, by kernels that let go of the interpreter's lock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise


def in_parts(rows: int, threads: int, work: Callable[[tuple[int, int]], None], few: int = 1) -> None:
    """Call `work` with (first, the first after it) of each of `threads` parts of the rows, each in a thread.

    Parameters
    ----------
    rows
        How many.
    threads
        Parts.
    work
        Is called once a part.
    few
        So many rows are one part and worked on here: starting threads would take longer.
    """
    if threads == 1 or rows <= few:
        work((0, rows))
        return
    cuts = [rows * part // threads for part in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        for job in [pool.submit(work, share) for share in pairwise(cuts)]:
            job.result()
    return
