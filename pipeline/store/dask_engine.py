"""Tasks run by Dask's workers, as futures over files: no table of ours ever travels."""

import contextlib
import pickle
import shutil
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from data.errors import AisleError
from pipeline.store.cluster import PATIENCE, connected, local_cluster
from pipeline.store.engine import Built, Job, build
from pipeline.store.errand import Done, Errand, attempts, run_errand, taken


class SchedulerLostError(Exception):
    """The scheduler has gone with what it knew."""


class DaskEngine:
    """Sends each task to a worker that is free; a worker that is lost has its task sent to another.

    Nothing is started, and nobody asked, before there is something to build.

    Parameters
    ----------
    report
        Called with a line where a scheduler was lost and has come again.
    workers
        Processes of this machine; null for one a core.
    scheduler
        The address of a scheduler with workers of its own, in place of those.
    patience
        Seconds for which a scheduler is waited for.
    """

    def __init__(
        self,
        report: Callable[[str], None],
        workers: int | None = None,
        scheduler: str | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.report = report
        self.workers = workers
        self.patience = patience
        self._address = scheduler
        self._client: Any = None
        self._started = contextlib.ExitStack()

    def __enter__(self) -> "DaskEngine":
        """The engine itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the scheduler; end what was started."""
        self._let_go()
        self._started.close()

    def run(self, jobs: Iterable[Job], at_once: int = 1) -> Generator[Built]:
        """Build every job's folder, as many at once as there are workers, each alone in its process."""
        jobs = list(jobs)
        if any(getattr(task, "spreads", False) for task, _ in jobs):
            yield from map(self._spread, jobs)
            return
        left = [Errand.of(task, into) for task, into in jobs]
        while left:
            try:
                for built in self._built(left):
                    left.pop(0)
                    yield built
            except SchedulerLostError:
                self._find_again(left[0].name)

    @property
    def client(self) -> Any:  # noqa: ANN401 - Dask's client
        """Dask's client.

        Raises
        ------
        AisleError
            As `local_cluster` and `connected` do.
        """
        if self._address is None:
            self._address = self._started.enter_context(local_cluster(self.workers))
        if self._client is None:
            self._client = connected(self._address, self.patience)
        return self._client

    def _built(self, errands: list[Errand]) -> Iterator[Built]:
        """What comes of errands, in their order."""
        errands = list(errands)
        futures = [self._sent(errand) for errand in errands]
        try:
            for errand, future in zip(errands, futures, strict=True):
                done = self._awaited(errand, future)
                try:
                    yield taken(errand, done)
                finally:
                    _sweep(errand)
        finally:
            with contextlib.suppress(Exception):
                self.client.cancel(futures, force=True)
            for errand in errands:
                _sweep(errand)

    def _spread(self, job: Job) -> Built:
        """Build here what asks all workers itself (a task with `spreads`), one at a time."""
        with self.client.as_current():
            return build(job)

    def _sent(self, errand: Errand) -> Any:  # noqa: ANN401 - Dask's future
        key = f"{errand.name}-{uuid.uuid4().hex}"  # of its own: what was built before is the store's to know
        client = self.client
        try:
            return client.submit(run_errand, pickle.dumps(errand), key=key, pure=False)
        except OSError as error:
            raise SchedulerLostError(str(error)) from error

    def _awaited(self, errand: Errand, future: Any) -> Done:  # noqa: ANN401 - Dask's future
        from distributed import CancelledError, KilledWorker  # noqa: PLC0415 - only where it is asked for
        from distributed.comm import CommClosedError  # noqa: PLC0415

        try:
            done: Done = future.result()
        except KilledWorker as error:
            raise AisleError(
                f"`{errand.name}`: {error.allowed_failures + 1} workers in turn were killed while they built it; see "
                "to their memory, or take more `--shards`; the same command goes on where this run stopped."
            ) from None
        except (CancelledError, CommClosedError) as error:
            raise SchedulerLostError(str(error)) from error
        return done

    def _find_again(self, name: str) -> None:
        self._let_go()
        try:
            _ = self.client
        except AisleError as error:
            raise AisleError(
                f"the scheduler was lost while `{name}` was built, and does not come again: {error} The same command "
                "goes on where this run stopped."
            ) from None
        self.report(f"{self._address}: the scheduler was lost and is there again; `{name}` is sent to it anew")

    def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):  # the scheduler may be gone
                client.close(timeout=1)


def _sweep(errand: Errand) -> None:
    """Remove what lost workers have left; one that writes on yet leaves the rest for the next run to remove."""
    for path in attempts(errand):
        shutil.rmtree(path, ignore_errors=True)
