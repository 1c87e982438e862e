"""One line a stage on a terminal: what is done of it, at what rate, and how long the rest will take."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

from data.progress import Far, heard_by
from pipeline.pace import Pace, rate_said
from pipeline.store.watching import Made, Stage, counts_said

A_SECOND = 4  # times that the line is drawn
BAR = 20  # columns


class StageLine:
    """The line of a stage while it is made, and what stays of it.

    Parameters
    ----------
    stage
        The stage.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.made: list[Made] = []
        self.pace = Pace(stage, time.monotonic())

    @contextmanager
    def shown(self, console: Console) -> Iterator[None]:
        """Show the line while the context is open, where something is built."""
        if not self.stage.building:
            yield
            return
        columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(BAR), TimeElapsedColumn()
        progress = _Watched(self.pace, *columns, _paced(), console=console)
        name = self.stage.name.replace("[", r"\[")
        with progress, heard_by(self._hear):
            progress.add_task(name, total=None, pace="")
            yield

    def add(self, made: Made) -> None:
        """A product stands: the line goes on."""
        self.made.append(made)
        if made.built:
            self.pace.built()

    def stays(self) -> str | None:
        """The line that stays: the product's own, or one of all; null where none was made."""
        if len(self.made) < 2:
            return self.made[0].line if self.made else None
        name, built = self.stage.name, [made for made in self.made if made.built]
        if not built:
            return f"{name}: {len(self.made)} up to date"
        took = time.monotonic() - self.pace.began
        rate = f", {rate_said(len(built), took)}" if len(built) > 1 else ""
        standing = f", {len(self.made) - len(built)} up to date" if len(built) < len(self.made) else ""
        return f"{name}: {len(built)} built in {took:.1f} s{rate}{standing}{_counts(built)}"

    def _hear(self, far: Far) -> None:
        self.pace.tell(far, threading.get_ident(), time.monotonic())


class _Watched(Progress):
    """A line that is brought up to date whenever it is drawn."""

    def __init__(self, pace: Pace, *columns: ProgressColumn, console: Console) -> None:
        self.pace = pace
        super().__init__(*columns, console=console, transient=True, refresh_per_second=A_SECOND)

    def get_renderables(self) -> Iterable[RenderableType]:
        """The line as of now."""
        now = time.monotonic()
        for task in self.tasks:
            share = self.pace.share(now)
            task.total, task.completed = (None, 0.0) if share is None else (1.0, share)
            task.fields["pace"] = self.pace.said(now)
        yield from super().get_renderables()


def _paced() -> TextColumn:
    return TextColumn("{task.fields[pace]}", markup=False)


def _counts(made: Sequence[Made]) -> str:
    """The sums of what is counted of every one."""
    counted = [{name: n for name, n in one.manifest["about"].items() if isinstance(n, int)} for one in made]
    names = [name for name in counted[0] if all(name in one for one in counted)]
    return counts_said({name: sum(one[name] for one in counted) for name in names})
