"""What `status` and `--dry-run` show: every product with its state, age, time, size and rows, and why it is stale."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rich.console import Console
from rich.table import Table

MIB = 1024 * 1024
MOST = 3  # reasons of one product that are shown
SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"))
CURRENT, WAITS = "current", "waits"
BUILT = ("new", "stale", "damaged")
"""States of what would be built."""


@dataclass(frozen=True)
class Standing:
    """A product or a published file, or several shards of one: what is known of it, and what stands.

    Parameters
    ----------
    name
        Its place below the working directory.
    state
        `current`; `new`, `stale`, `damaged`: would be built; `waits`: would be, if what it is made from comes out
        another; `not asked for`, `not reached`: nobody knows; `whole`: it stands, and nothing was asked.
    why
        In words; of `waits` the products that it waits for.
    published
        Whether it is a file that was copied to where the user looks for it.
    shards
        How many it is; 1 for one.
    age
        Seconds since the latest of them was built; null where nothing stands.
    seconds, size
        How long they took, and their bytes; null where that is not known.
    counted
        How many rows they have, or what else is counted, and what it is; null where nothing is.
    """

    name: str
    state: str
    why: tuple[str, ...] = ()
    published: bool = False
    shards: int = 1
    age: float | None = None
    seconds: float | None = None
    size: int | None = None
    counted: tuple[int, str] | None = None

    @property
    def said(self) -> str:
        """Why it is in its state, in one line."""
        more = f" and {len(self.why) - MOST} more" if len(self.why) > MOST else ""
        told = (", " if self.state == WAITS else "; ").join(self.why[:MOST]) + more
        return f"for {told}" if told and self.state == WAITS else told


def folded(standing: Sequence[Standing]) -> list[Standing]:
    """The shards of a product as one, where they are alike in state and reason."""
    return [
        many[0] if len(many) == 1 else _together(many)
        for _, group in groupby(standing, key=_alike)
        for many in [list(group)]
    ]


def show_standing(standing: Sequence[Standing], console: Console) -> None:
    """Print the table of products."""
    table = Table()
    for column in ("product", "state", "age", "took", "size", "rows", "why"):
        plain = column in ("product", "state", "why")
        table.add_column(column, justify="left" if plain else "right", no_wrap=column != "why", overflow="fold")
    for one in folded(standing):
        shards = f" ({one.shards} shards)" if one.shards > 1 else ""
        cells = age_said(one.age), _number(one.seconds, 1, " s"), size_said(one.size), _counted(one)
        table.add_row(*(_plain(cell) for cell in (f"{one.name}{shards}", one.state, *cells, one.said)))
    console.print(table)


def show_foreseen(standing: Sequence[Standing], stopped: str | None, console: Console) -> None:
    """Print what would be built and why, and what is current, in numbers."""
    touched = [one for one in standing if one.state in (*BUILT, WAITS)]
    for one in folded(touched):
        shards = f" ({one.shards} shards)" if one.shards > 1 else ""
        does = WAITS if one.state == WAITS else f"would be {'written' if one.published else 'built'}:"
        console.print(f"{one.name}{shards}: {does} {one.said}", highlight=False, markup=False)
    if stopped is not None:
        console.print(stopped, highlight=False, markup=False)
    console.print(summary_said(standing, more=stopped is not None), highlight=False, markup=False)


def summary_said(standing: Sequence[Standing], *, more: bool = False) -> str:
    """One line of how many products are in which state; `more` where others follow that are not known yet."""
    made = [one for one in standing if not one.published]
    counts = {state: sum(one.state == state for one in made) for state in dict.fromkeys(one.state for one in made)}
    built = sum(counts.get(state, 0) for state in BUILT)
    if not built and not counts.get(WAITS) and not more:
        asked = counts.get(CURRENT, 0)
        stands = f"{len(made)} products stand here" if made else "nothing stands here"
        return f"nothing would be built: {_of_products(asked)} current" if asked else stands
    waiting = f"; {counts[WAITS]} wait, and are built again if those come out another" if counts.get(WAITS) else ""
    follow = ", and what follows them" if more else ""
    built_said = "1 product would" if built == 1 else f"{built} products would"
    return f"{built_said} be built{follow}; {_of_products(counts.get(CURRENT, 0))} current{waiting}"


def _of_products(count: int) -> str:
    return "1 product is" if count == 1 else f"{count} products are"


def age_said(seconds: float | None) -> str:
    """An age in its largest unit, such as `3 h`; empty where there is none."""
    if seconds is None:
        return ""
    found = (f"{seconds // span:.0f} {unit}" for span, unit in SPANS if seconds >= span)
    return next(found, f"{max(0, seconds):.0f} s")


def size_said(size: int | None) -> str:
    """Bytes in a unit that suits them."""
    if size is None:
        return ""
    return f"{size / MIB:,.1f} MiB" if size >= MIB else f"{size / 1024:,.1f} KiB"


def _alike(one: Standing) -> tuple[object, ...]:
    folder, _, last = one.name.rpartition("/")
    return (folder, one.state, one.why) if last.isdigit() and folder else (one.name,)


def _together(many: Sequence[Standing]) -> Standing:
    ages, seconds, sizes, counts = (
        [value for one in many if (value := getattr(one, name)) is not None]
        for name in ("age", "seconds", "size", "counted")
    )
    return replace(
        many[0],
        name=many[0].name.rpartition("/")[0],
        shards=len(many),
        age=min(ages, default=None),
        seconds=sum(seconds) if seconds else None,
        size=sum(sizes) if sizes else None,
        counted=(sum(count for count, _ in counts), counts[0][1]) if counts else None,
    )


def _counted(one: Standing) -> str:
    if one.counted is None:
        return ""
    count, name = one.counted
    return f"{count:,}" if name == "rows" else f"{count:,} {name}"


def _number(value: float | None, digits: int, unit: str) -> str:
    return "" if value is None else f"{value:,.{digits}f}{unit}"


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
