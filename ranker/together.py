"""What all workers do at once: given up where one of them is lost, and begun anew with those that are there.

LightGBM's processes talk through sockets of their own, of which Dask knows nothing, and no time limit of theirs ends
what waits: one that is lost before all have met is waited for without end, and of a later loss some hear and some do
not. Nothing in Python interrupts them. So whoever has asked them watches for losses, and ends those that are left.
"""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from data.errors import AisleError
from data.meanwhile import meanwhile

LOG = logging.getLogger("aisle")
ATTEMPTS = 2
"""What has cost a worker so often, such as by its memory, costs the next."""
BETWEEN = 0.5
"""Seconds between two looks at who is there."""
GRACE = 5.0
"""Seconds after a failure in which a lost worker may show: the others can hear of it before the scheduler does."""
RETURN = 60.0
"""Seconds for which workers that have ended are waited for."""
Result = TypeVar("Result")
Workers = frozenset[tuple[str, str]]
"""Address and own folder of each: a worker that is started again may have the address of the one before."""


class LostError(Exception):
    """A worker that was there at the beginning is gone."""


def together(client: Any, act: Callable[[], Result], what: str) -> Result:  # noqa: ANN401 - Dask's
    """What comes of something that every worker takes part in.

    Parameters
    ----------
    client
        Dask's, which asks for nothing else meanwhile: all that it has asked for is given up where a worker is lost.
    act
        Asks the workers and waits for them; called again where a worker was lost, so it begins from files.
    what
        What is made, for the lines.

    Raises
    ------
    AisleError
        If a worker is lost in each of `ATTEMPTS`, if none comes again, or if the workers lose each other otherwise.
    Exception
        Whatever else `act` raises.
    """
    for left in reversed(range(ATTEMPTS)):
        before: Workers = frozenset()
        try:
            before = standing(client)
            return _watched(client, act, before)
        except LostError:
            pass  # and with it what was asked for
        except _parted() as error:
            _end(client, before)
            said = " ".join(str(error).split())[:200] or type(error).__name__
            raise AisleError(
                f"{what}: the workers that learnt it together did not end together ({said}); see to the scheduler, and "
                "to the network between them; the same command goes on where this run stopped."
            ) from None
        _end(client, before)
        if left:
            LOG.warning("%s: a worker was lost while all of them learnt it; it is begun anew", what)
            _awaited(client, len(before), what)
    raise AisleError(
        f"{what}: a worker was lost while all of them learnt it, {ATTEMPTS} times in turn; see to their memory, or "
        "take more of them; the same command goes on where this run stopped."
    )


def standing(client: Any) -> Workers:  # noqa: ANN401
    """The workers that the scheduler knows now.

    Asked of it and not of `Client.scheduler_info`, which the client's own clock may set to no workers in between.
    """
    told = client.sync(client.scheduler.identity, n_workers=-1)["workers"]
    return frozenset((address, str(one["local_directory"])) for address, one in told.items())


def _watched(client: Any, act: Callable[[], Result], before: Workers) -> Result:  # noqa: ANN401
    lost = threading.Event()

    def watch() -> None:
        with contextlib.suppress(OSError):  # where the scheduler is gone, the client gives up by itself
            if lost.is_set() or before - standing(client):
                lost.set()
                _give_up(client)  # again and again: `act` may have been between two requests

    with meanwhile(watch, BETWEEN, "losses"):
        try:
            return act()
        except AisleError:
            raise
        except Exception as error:
            if lost.wait(GRACE):
                raise LostError from error
            raise


def _parted() -> tuple[type[Exception], ...]:
    """What is raised where the workers have lost each other, or the scheduler them."""
    from distributed import CancelledError  # noqa: PLC0415 - only where it is asked for
    from distributed.comm import CommClosedError  # noqa: PLC0415
    from lightgbm.basic import LightGBMError  # noqa: PLC0415

    # LightGBM raises the last where it asks who holds a part, and nobody does
    return LightGBMError, CancelledError, CommClosedError, ConnectionError, TimeoutError, StopIteration


def _give_up(client: Any) -> None:  # noqa: ANN401
    """Let the client wait for nothing more; the scheduler forgets what was asked for when its futures go.

    Not by `Client.cancel`: what depends on a task that nobody waits for ends the scheduler's talk with the client.
    """

    async def cancel() -> None:
        for state in list(client.futures.values()):
            state.cancel()

    client.sync(cancel)


def _end(client: Any, before: Workers) -> None:  # noqa: ANN401
    """End those of the workers that are left; whoever keeps them starts them again."""
    until = time.monotonic() + RETURN
    with contextlib.suppress(Exception):  # the scheduler may be gone
        while left := [address for address, _ in before & standing(client)]:
            client.run(os._exit, 1, workers=left, on_error="ignore")
            if time.monotonic() > until:
                return
            time.sleep(BETWEEN)


def _awaited(client: Any, number: int, what: str) -> None:  # noqa: ANN401
    """Wait for so many workers, and go on with fewer where they do not come."""
    with contextlib.suppress(TimeoutError, OSError):
        client.wait_for_workers(number, timeout=RETURN)
    if not standing(client):
        raise AisleError(
            f"{what}: a worker was lost while all of them learnt it, and none has come again; start some; the same "
            "command goes on where this run stopped."
        )
