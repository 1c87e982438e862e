"""Sections of a report that a working directory's values give: of sessions, and of lifetime."""

from pathlib import Path

from data.tables import read_json
from pipeline.plans.place import Place
from pipeline.plans.valued import CUSTOMERS, SESSIONS, Valued, root_of
from pipeline.store.store import Store
from pipeline.store.task import Artifact
from pipeline.tasks.money_shown import SHOWN, LifetimesShown, SessionsShown
from report.lifetimes.sections import lifetime_page
from report.page.blocks import Section
from report.valued.sections import value_page

DRAWN = (1_000, 42)


def value_sections(workdir: Path, place: Place | None = None, drawn: tuple[int, int] = DRAWN) -> list[Section]:
    """What its sessions' values are worth; none where it has none.

    Parameters
    ----------
    workdir
        A working directory that this process holds, or a sample's folder in it.
    place
        Where measures are built, as `value/shown`: in the same folder; null for a store of its own there.
    drawn
        Draws behind each interval, and their seed.

    Raises
    ------
    AisleError
        If values stand there whose scored sessions do not, or that are damaged.
    """
    valued = Valued.found(workdir, SESSIONS)
    if valued is None:
        return []
    scored = {cut: _artifacts(valued, cut) for cut in valued.parts}
    made = (place or _place(workdir)).make("value/shown", SessionsShown(scored, *drawn))
    return value_page(valued.metrics, read_json(made.path / SHOWN)["studies"])


def lifetime_sections(workdir: Path, place: Place | None = None, drawn: tuple[int, int] = DRAWN) -> list[Section]:
    """The same of lifetime value: of the last origin or split with a known truth, and of all origins in tables."""
    valued = Valued.found(workdir, CUSTOMERS)
    if valued is None:
        return []
    judged = {part: sum(of.values()) for part, of in ((p, valued.metrics["counts"][p]["judged"]) for p in valued.parts)}
    part = next((name for name in reversed(valued.parts) if judged[name]), valued.parts[-1])
    horizons = tuple(valued.results.fields["horizons"])
    truth = None if valued.dated else valued.truth(part)
    task = LifetimesShown(_artifacts(valued, part), part, horizons, truth, *drawn)
    made = (place or _place(workdir)).make("ltv/shown", task)
    return lifetime_page(valued.metrics, read_json(made.path / SHOWN))


def _artifacts(valued: Valued, part: str) -> tuple[Artifact, ...]:
    return tuple(one.artifact for one in valued.scored(part))


def _place(workdir: Path) -> Place:
    root = root_of(workdir) or workdir
    sample = "" if root == workdir else str(workdir.relative_to(root))
    return Place(Store(root, report=lambda line: None), sample)
