"""BLAS in one thread, for as long as anybody needs it: several would cut a product in other places."""

from threading import Lock
from types import TracebackType
from typing import Final

import scipy.linalg  # noqa: F401 - loads SciPy's BLAS, which implicit solves with, before libraries are looked for
from threadpoolctl import ThreadpoolController


class OneThread:
    """A context in which BLAS has one thread; threads may be in it at once, and the last to leave restores its own.

    The number is the process's: a limit that each thread sets and restores for itself would be lifted while another
    is still computing.
    """

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0
        self._blas: ThreadpoolController | None = None

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                # looking for the libraries takes longer than answering a session
                self._blas = self._blas or ThreadpoolController().select(user_api="blas")
                self._limit = self._blas.limit(limits=1)
            self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._limit.restore_original_limits()


ONE_BLAS_THREAD: Final = OneThread()
"""The one of this process, as its number of threads is one for all."""
