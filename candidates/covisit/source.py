"""Co-visitation: items that stand close together in many visitors' sessions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import polars as pl

from candidates.covisit.kernel import write_neighbours
from candidates.covisit.log import open_log
from candidates.covisit.member import CoVisit
from candidates.proposals import Recaller
from candidates.source import Fitted, History, Openable, Sizes
from data.aside import ASIDE
from data.checks import check_at_least
from data.cores import threads_of

MIB = 2**20
ROW_ON_DISK = 5  # bytes of a neighbour's row, packed


@dataclass(frozen=True)
class CoVisits(Openable):
    """Tables of neighbours, one a member, counted together in one pass over the pairs.

    Parameters
    ----------
    name
        The source's own; columns are named by member.
    members
        By name.
    threads
        Ranges of items counted at once, one a core by default; the tables do not depend on it.
    memory_mib
        For the pairs of the ranges that are being counted, all threads together; one item's are never split.

    Raises
    ------
    ValueError
        If there is no member, or a number is below 1.
    """

    name: str = "covisits"
    needs: ClassVar[tuple[str, ...]] = ()
    members: Mapping[str, CoVisit] = field(default_factory=lambda: {"covisit": CoVisit()})
    threads: int | None = field(default=None, metadata=ASIDE)
    memory_mib: int = field(default=512, metadata=ASIDE)

    def __post_init__(self) -> None:
        check_at_least(self, 1, "threads", "memory_mib")
        if not self.members:
            raise ValueError("`members` must name one co-visit table or more, got none; leave the source out instead.")

    def room(self, sizes: Sizes) -> tuple[int, int]:
        """The log in files that are mapped, sums by item, and the pairs that are counted at once; the tables."""
        log = 12 * sizes.events + 8 * sizes.sessions
        sums = sizes.items * (len(self.members) * 16 * (1 + threads_of(self.threads)) + 8)
        kept = sum(member.neighbours for member in self.members.values())
        return log + sums + self.memory_mib * MIB, log + ROW_ON_DISK * kept * sizes.items

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Write <member>/neighbours.parquet: NEIGHBOURS of each member (see `Source.fit`).

        A session's events must stand together and in their order; the sessions' own order does not matter. While it
        runs, a folder `log.tmp` holds the log, 12 bytes an event.
        """
        tables = {name: into / name / "neighbours.parquet" for name in self.members}
        for table in tables.values():
            table.parent.mkdir(parents=True, exist_ok=True)
        with open_log(history.events, into / "log.tmp") as log:
            until_ms = pl.Series([history.until]).dt.epoch("ms").item()
            write_neighbours(
                log, self.members, until_ms, tables, threads=threads_of(self.threads), memory_mib=self.memory_mib
            )
        return Fitted(into)

    def open(self, fitted: Fitted) -> Recaller:
        """For each member, the neighbours of the session's latest items, summed (see `Source.open`)."""
        answers = {
            name: member.votes.open(Fitted(fitted.folder / name).table("neighbours"))
            for name, member in self.members.items()
        }
        return lambda visible, k: {name: answer(visible, k) for name, answer in answers.items()}
