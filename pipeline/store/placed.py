"""A store whose products are kept at a place too: what stands there is fetched, what is built here is put there."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

from data.manifest import write_manifest
from pipeline.store.depot import Depot, open_depot
from pipeline.store.engine import Built
from pipeline.store.lease import SECONDS, Lease, leased
from pipeline.store.store import Facts, Store
from pipeline.store.task import Task
from pipeline.store.workdir import remove, replace, unfinished


@dataclass(frozen=True)
class PlacedStore(Store):
    """The artifacts of a working directory that stands in front of a place.

    Parameters
    ----------
    depot
        The place.
    lease
        This run's right to write there.
    """

    depot: Depot = field(kw_only=True)
    lease: Lease = field(kw_only=True)
    _kept: set[str] = field(default_factory=set, repr=False, compare=False)

    def publish(self, source: Path, name: str) -> Path:
        """Copy a finished file to where the user looks for it, here and at the place."""
        target = super().publish(source, name)
        self.lease.check()
        self.depot.put(target, f"published/{name}")
        return target

    def _standing(self, name: str, identity: str) -> Facts | None:
        found = super()._standing(name, identity)
        if found is None:
            wanted_anew = self.again(name) and name not in self._whole
            return None if wanted_anew else self._fetched(name, identity)
        self._keep(name, found)
        return found

    def _build(self, name: str, task: Task, built: Iterator[Built], folder: Path, manifest: Facts) -> Facts:
        written = super()._build(name, task, built, folder, manifest)
        self._keep(name, written)
        return written

    def _keep(self, name: str, manifest: Facts) -> None:
        """Put a product at the place, unless it is there; asked once a run."""
        if manifest["id"] in self._kept:
            return
        if not self.depot.holds(manifest):
            self.lease.check()
            self.depot.keep(self.root / name, manifest)
        self._kept.add(manifest["id"])

    def _fetched(self, name: str, identity: str) -> Facts | None:
        """The manifest of what was fetched from the place; null where it is not there, or not whole."""
        told = self.depot.told(identity)
        if told is None:
            return None
        folder = unfinished(self.root, name)
        try:
            if fault := self.depot.fetch(told["content"], folder):
                self.report(f"{name}: damaged at {self.depot.address} ({fault}), built again")
                self.lease.check()
                self.depot.forget(identity, told["content"])
                return None
            facts = {key: value for key, value in told.items() if key != "seal"}
            written = write_manifest(folder, facts | {"name": name})  # whoever put it there may call it otherwise
            replace(folder, self.root, name)
        finally:
            remove(folder)
        self._whole[name] = written["seal"]
        self._kept.add(identity)
        self.report(f"{name}: fetched from {self.depot.address}")
        return written


@contextlib.contextmanager
def placed(store: Store, address: str, seconds: float = SECONDS) -> Iterator[PlacedStore]:
    """A store in front of a place, which it holds until the context ends.

    Raises
    ------
    AisleError
        As `open_depot` and `leased` do.
    """
    depot = open_depot(address)
    with leased(depot, seconds) as lease:
        yield PlacedStore(**{one.name: getattr(store, one.name) for one in fields(store)}, depot=depot, lease=lease)
