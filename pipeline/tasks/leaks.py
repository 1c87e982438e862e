"""Whether a test file's answers stand in its log: refused, unless leaks are allowed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import AisleError
from data.suspicions.leaks import Asking, known_too_early
from data.suspicions.stray_times import told_of
from data.tables import read_json, scan
from data.warned import write_warnings
from pipeline.store.task import Artifact


@dataclass(frozen=True)
class LogLeaks:
    """warnings.json: what the log knows of what is asked, an empty list if nothing.

    Parameters
    ----------
    log, test_log
        The tables of both.
    asking
        What the test file's sessions are.
    allowed
        Whether a run goes on.
    """

    log: Artifact
    test_log: Artifact
    asking: Asking
    allowed: bool

    def __call__(self, into: Path) -> dict[str, Any]:
        """Check.

        Raises
        ------
        AisleError
            If the log knows something, unless that is allowed.
        """
        test = self.test_log.path
        sessions = scan(test / "keys" / "session.parquet")
        found = known_too_early(scan(self.log.path / "events"), scan(test / "events"), sessions, self.asking)
        if found and not self.allowed:
            said = " ".join(warned.said[0].upper() + warned.said[1:] for warned in found)
            summaries = [read_json(path / "summary.json") for path in (self.log.path, test)]
            stray = " ".join(told for summary in summaries if (told := told_of(summary)))
            first = f", or stray times make it seem so: {stray}" if stray else ":"
            raise AisleError(f"the log knows what the test file asks{first} {said} Or go on with --allow-leaks.")
        write_warnings(into, found)
        return {"leaks": len(found)}
