"""Sections of a report that a working directory's flat tables give: one that is classified, one that is valued."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data.errors import AisleError
from data.listed import listed
from data.tables import read_json
from pipeline.plans.place import Place
from pipeline.plans.valued import root_of
from pipeline.store.identity import plain
from pipeline.store.standing_part import Part, standing
from pipeline.store.store import Store
from pipeline.tasks.table_shown import SHOWN, ClassesShown, MoneyShown
from report.page.blocks import Section
from report.tables.classes import classes_page
from report.tables.values import values_page
from tabular.classified_rows import FlatTable
from tabular.judged import JUDGED
from tabular.value_rows import ValueTable

CLASSIFIED, VALUED = "table", "value_table"
"""The artifacts of `pipeline.actions --table` and `pipeline.value --table`."""
METRICS = {CLASSIFIED: "table_metrics.json", VALUED: "value_metrics.json"}
COMMANDS = {CLASSIFIED: "actions", VALUED: "value"}
APART = {
    "user": "left out: it tells whose rows belong together",
    "group": "left out: it tells whose rows belong together",
    "key": "left out: it names rows",
    "target": "what is predicted",
}
LEFT_OUT = "left out, as `leave_out` says"
DRAWN = (1_000, 42)


def table_sections(workdir: Path, place: Place | None = None, drawn: tuple[int, int] = DRAWN) -> list[Section]:
    """What was learnt of its flat tables; none where it has none.

    Parameters
    ----------
    workdir
        A working directory that this process holds.
    place
        Where measures are built, as `table_shown` and `value_table_shown`; null for a store of its own there.
    drawn
        Draws behind each interval, and their seed.

    Raises
    ------
    AisleError
        If what stands there is damaged, or lacks what pages are measured from.
    """
    where = place or Place(Store(root_of(workdir) or workdir, report=lambda line: None))
    return [section for name, part in _standing(workdir) for section in _sections(name, part, where, drawn)]


def table_settings(workdir: Path) -> dict[str, Any]:
    """The settings of its flat tables that are not the defaults, by command and dotted name."""
    found: dict[str, Any] = {}
    for name, part in _standing(workdir):
        usual = dict(_leaves(plain((FlatTable if name == CLASSIFIED else ValueTable)("", ""))))
        given = {f"{COMMANDS[name]}: {key}": held for key, held in _leaves(_given(part)) if held != usual.get(key)}
        found |= given
    return found


def _standing(workdir: Path) -> Iterator[tuple[str, Part]]:
    for name in (CLASSIFIED, VALUED):
        part = standing(workdir, name)
        if part is not None:
            yield name, part


def _sections(name: str, part: Part, place: Place, drawn: tuple[int, int]) -> list[Section]:
    made = part.artifact
    if not (made.path / JUDGED).exists():
        raise AisleError(
            f"{made.path}: lacks `{JUDGED}`, as it was made by an older Aisle; bring it up to date with `python -m "
            f"pipeline.{COMMANDS[name]} --table {_given(part)['table']}` and its other flags."
        )
    metrics, target = read_json(made.path / METRICS[name]), str(_given(part)["target"])
    apart = _apart(_given(part))
    if name == VALUED and "best" not in metrics["report"]:
        shown = place.make(f"{name}_shown", MoneyShown(made, *drawn))
        return values_page(metrics, read_json(shown.path / SHOWN), apart, target)
    within = "report" if name == VALUED else ""
    shown = place.make(f"{name}_shown", ClassesShown(made, METRICS[name], within, *drawn))
    told = metrics[within] if within else metrics
    source = "value.out_of_fold" if within else "models"
    prefix = "purchase" if within else "classes"
    target = f"{target} (purchase)" if within else target
    told = {**told, "leaks": metrics["leaks"]}
    return classes_page(told, read_json(shown.path / SHOWN), apart, target, prefix, source)


def _apart(given: Mapping[str, Any]) -> dict[str, str]:
    """What became of columns that are not learnt from, by the settings that name them."""
    named = {name: APART[setting] for setting in APART if (name := given.get(setting))}
    return dict.fromkeys(listed(given["leave_out"]), LEFT_OUT) | named


def _given(part: Part) -> Mapping[str, Any]:
    given: Mapping[str, Any] = part.fields["table"]
    return given


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Settings as manifests hold them, by dotted name."""
    for name, held in tree.items():
        if isinstance(held, Mapping):
            yield from _leaves(held, f"{above}{name}.")
        elif name and name != "workdir":
            yield f"{above}{name}", held
