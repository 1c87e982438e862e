"""One run at a time at a place: a file there says who holds it, and until when, since no lock reaches that far.

A run that dies holds its lease until that has run out. Two runs that both think they hold it, because a clock is wrong
or one of them stood still, do no harm: what is written there is named by its content.
"""

import contextlib
import json
import os
import time
import uuid
from collections.abc import Iterator
from typing import Any

from data.errors import AisleError
from data.meanwhile import meanwhile
from pipeline.store.depot import Depot

FILE = "lease.json"
SECONDS = 60.0
"""How long a lease holds that is not renewed; it is renewed three times in that time."""


class Lease:
    """The right to build at a place.

    Parameters
    ----------
    depot
        The place.
    seconds
        How long it holds.
    """

    def __init__(self, depot: Depot, seconds: float = SECONDS) -> None:
        self.depot = depot
        self.seconds = seconds
        self.holder = uuid.uuid4().hex
        self._until = 0.0
        self._lost = False

    def take(self) -> None:
        """Take it.

        Raises
        ------
        AisleError
            If another run holds it.
        """
        while not self._write(new=True):
            held = self._held()
            if held.get("holder") == self.holder:  # written by a request that seemed to fail
                break
            if (until := float(held.get("until", 0))) > time.time():
                who = f"{held.get('machine')}, process {held.get('process')}"
                raise AisleError(
                    f"{self.depot.address}: another run is using it ({who}); "
                    f"wait for it, or give another `place`; if it has died, it lets go in {until - time.time():.0f} s."
                )
            self.depot.remove(FILE)
        self.renew()

    def renew(self) -> None:
        """Hold it for longer, unless another run has it."""
        if self._held().get("holder") != self.holder:
            self._lost = True
        else:
            self._write()

    def check(self) -> None:
        """See that it is held.

        Raises
        ------
        AisleError
            If it is not any more.
        """
        if self._lost or time.time() > self._until:
            raise AisleError(
                f"{self.depot.address}: this run stood still or could not reach it, and its lease has run out; the "
                "same command goes on where this run stopped."
            )

    def let_go(self) -> None:
        """Leave it to the next run."""
        if self._held().get("holder") == self.holder:
            self.depot.remove(FILE)

    def _write(self, *, new: bool = False) -> bool:
        """Write who holds it from now on, and believe it when it is written."""
        until = time.time() + self.seconds
        told = {"holder": self.holder, "machine": os.uname().nodename, "process": os.getpid(), "until": until}
        written = self.depot.write(FILE, json.dumps(told).encode(), new=new)
        if written:
            self._until = until
        return written

    def _held(self) -> dict[str, Any]:
        with contextlib.suppress(ValueError):
            held = json.loads(self.depot.read(FILE) or b"{}")
            return held if isinstance(held, dict) else {}
        return {}


@contextlib.contextmanager
def leased(depot: Depot, seconds: float = SECONDS) -> Iterator[Lease]:
    """Hold a place's lease, renewed by a thread, until the context ends.

    Raises
    ------
    AisleError
        If another run holds it.
    """
    lease = Lease(depot, seconds)

    def renew() -> None:
        with contextlib.suppress(AisleError):  # it may be reached the next time; `check` knows the time
            lease.renew()

    lease.take()
    try:
        with meanwhile(renew, seconds / 3, "lease"):
            yield lease
    finally:
        with contextlib.suppress(AisleError):  # it runs out by itself
            lease.let_go()
