"""What is known too early: the leak checks of described sessions, which a run stops over."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.errors import AisleError
from data.tables import scan, scan_all
from data.warned import Warned, write_warnings
from pipeline.store.task import Artifact
from value.money.leaks import copies_of_target, events_after_cut, later_history, shared_sessions, told
from value.session.described import feature_names


@dataclass(frozen=True)
class ValueLeaks:
    """warnings.json: what the checks have found, an empty list if nothing."""

    asked: Artifact
    described: tuple[Artifact, ...]
    closed: Artifact
    allowed: bool

    def __call__(self, into: Path) -> dict[str, Any]:
        """Check.

        Raises
        ------
        AisleError
            If they have found something, unless that is allowed; then it is said and written down.
        """
        sides = {
            side: scan_all([folder.path / f"{side}.parquet" for folder in self.described]).collect()
            for side in ("train", "test")
        }
        found = shared_sessions(sides["train"], sides["test"])
        history = scan(self.closed.path / "closed").collect()
        for side, table in sides.items():
            prefixes = scan(self.asked.path / side / "prefixes").select("query", "ts").collect()
            found += [f"{side}: {leak}" for leak in events_after_cut(table, prefixes)]
            features = table.select(feature_names(table))
            found += [f"{side}: {leak}" for leak in later_history(table, features, history)]
        known = sides["train"].filter(pl.col("target").is_not_null())
        found += copies_of_target(known.select(feature_names(known)), known["target"])
        if found and not self.allowed:
            raise AisleError(f"something is known too early: {told(found)}; mend the log, or go on with --allow-leaks.")
        said = [Warned("value_leaks", f"known too early: {leak}") for leak in found]
        write_warnings(into, said)
        return {"leaks": len(found)}
