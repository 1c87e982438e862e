"""Where a run on Dask finds its workers: a scheduler that runs already, or a cluster of this machine's own."""

import contextlib
import logging
import os
import time
from collections.abc import Iterator
from typing import Any

from data.errors import AisleError

PATIENCE = 60.0
"""Seconds for which a scheduler, or its first worker, is waited for."""
BETWEEN = 1.0
"""Seconds between two attempts to reach a scheduler."""
MOST_LOST = 2
"""Workers of this machine that one task may cost: what has ended two in turn, such as its memory, ends the next."""
INSTALL = "pip install -c constraints.txt -e '.[cluster]'"


@contextlib.contextmanager
def local_cluster(workers: int | None) -> Iterator[str]:
    """A scheduler in this process and worker processes of this machine; gives the scheduler's address.

    Parameters
    ----------
    workers
        How many; null for one a core.

    Raises
    ------
    AisleError
        If Dask is not installed.
    """
    config, distributed = _libraries()
    number = workers or os.cpu_count() or 1
    # a process that Polars has let grow is none to pause or to end: what is built bounds memory, not Dask
    kept = {
        "distributed.admin.tick.limit": "1h",
        "distributed.scheduler.allowed-failures": MOST_LOST - 1,
        "logging.distributed": "critical",
    }
    with (
        config.set(kept),
        _quiet(),
        distributed.LocalCluster(
            n_workers=number,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # any port: another run may have Dask's own
            scheduler_kwargs={"dashboard": False},
            memory_limit=0,
            silence_logs=logging.CRITICAL,
            env={"POLARS_MAX_THREADS": str(max(1, (os.cpu_count() or 1) // number))},
        ) as cluster,
    ):
        yield str(cluster.scheduler_address)


def connected(address: str, patience: float = PATIENCE) -> Any:  # noqa: ANN401 - Dask's client
    """A client of a scheduler that has a worker.

    Parameters
    ----------
    address
        The scheduler's, such as `tcp://10.0.0.1:8786`.
    patience
        Seconds that it is waited for.

    Raises
    ------
    AisleError
        If nobody answers there, no worker comes, or a worker would run several tasks in one process.
    """
    _, distributed = _libraries()
    client, until = _answering(distributed, address, time.monotonic() + patience), time.monotonic() + patience
    try:
        client.wait_for_workers(1, timeout=max(1.0, until - time.monotonic()))
    except TimeoutError:
        client.close()
        raise AisleError(
            f"`scheduler` {address}: has no worker; start some with `dask worker {address} --nthreads 1`."
        ) from None
    crowded = [name for name, told in client.scheduler_info(n_workers=-1)["workers"].items() if told["nthreads"] > 1]
    if crowded:
        client.close()
        raise AisleError(
            f"`scheduler` {address}: its worker {crowded[0]} runs several tasks in one process, whose libraries use "
            "all cores already; start it with `--nthreads 1`."
        )
    return client


def _answering(distributed: Any, address: str, until: float) -> Any:  # noqa: ANN401 - Dask's own
    while True:
        left = until - time.monotonic()
        try:
            with _quiet():
                return distributed.Client(address, timeout=max(1.0, min(left, 10.0)), set_as_default=False)
        except (OSError, TimeoutError):
            if left <= BETWEEN:
                raise AisleError(
                    f"`scheduler` {address}: nobody answers there; start one with `dask scheduler`, or leave "
                    "`scheduler` out for workers of this machine."
                ) from None
            time.sleep(BETWEEN)
        except ValueError as error:
            raise AisleError(
                f"`scheduler` is {address!r}: is no address ({error}); give one as tcp://HOST:8786."
            ) from None


def _libraries() -> tuple[Any, Any]:
    """Dask's configuration and its scheduler, imported only where they are asked for."""
    try:
        import distributed  # noqa: PLC0415
        from dask import config  # noqa: PLC0415
    except ImportError:
        raise AisleError(f"`engine` is dask, and Dask is not installed: {INSTALL}.") from None
    return config, distributed


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Let a lost connection be told once, by the one who waits for it."""
    log = logging.getLogger("distributed")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
