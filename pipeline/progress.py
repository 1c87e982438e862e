"""One line a stage on a terminal: how many of its products stand, at what rate, and how long the rest will take."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from pipeline.store.watching import Made, Stage, counts_said

A_SECOND = 4  # times that the line is drawn


class Pace:
    """How fast a stage goes, and how long its rest will take.

    Parameters
    ----------
    stage
        The stage.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def left(self, done: int, elapsed: float) -> float | None:
        """Seconds: by the products made so far, else by what the stage has taken before; null where neither tells."""
        if done:
            return elapsed / done * (self.stage.building - done)
        return None if self.stage.seconds is None else max(0.0, self.stage.seconds - elapsed)

    def said(self, done: int, elapsed: float) -> str:
        """The rate and the time left in words; empty where nothing is known."""
        left = self.left(done, elapsed)
        rate = rate_said(done, elapsed) if self.stage.building > 1 else ""
        return ", ".join([part for part in (rate, "" if left is None else f"{clock(left)} left") if part])


def rate_said(done: int, elapsed: float) -> str:
    """Products a second, or seconds a product where they are slow; empty before the first."""
    if not done or elapsed <= 0:
        return ""
    return f"{done / elapsed:.1f}/s" if done >= elapsed else f"{elapsed / done:.1f} s each"


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


class _Paced(ProgressColumn):
    """The pace of a stage."""

    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self.pace = pace

    def render(self, task: Task) -> Text:
        return Text(self.pace.said(int(task.completed), task.elapsed or 0.0))


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
        self.began = time.monotonic()
        self._progress: Progress | None = None

    @contextmanager
    def shown(self, console: Console) -> Iterator[None]:
        """Show the line while the context is open, where something is built."""
        if not self.stage.building:
            yield
            return
        count = TextColumn("{task.completed:.0f} of {task.total:.0f}") if self.stage.building > 1 else TextColumn("")
        columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(20), count
        progress = Progress(
            *(*columns, TimeElapsedColumn(), _Paced(Pace(self.stage))),
            console=console,
            transient=True,
            refresh_per_second=A_SECOND,
        )
        with progress:
            progress.add_task(self.stage.name.replace("[", r"\["), total=self.stage.building)
            self._progress = progress
            yield
        self._progress = None

    def add(self, made: Made) -> None:
        """A product stands: the line goes on."""
        self.made.append(made)
        if self._progress and made.built:
            self._progress.advance(self._progress.task_ids[0])

    def stays(self) -> str | None:
        """The line that stays: the product's own, or one of all; null where none was made."""
        if len(self.made) < 2:
            return self.made[0].line if self.made else None
        name, built = self.stage.name, [made for made in self.made if made.built]
        if not built:
            return f"{name}: {len(self.made)} up to date"
        took = time.monotonic() - self.began
        standing = f", {len(self.made) - len(built)} up to date" if len(built) < len(self.made) else ""
        return f"{name}: {len(built)} built in {took:.1f} s, {rate_said(len(built), took)}{standing}{_counts(built)}"


def _counts(made: Sequence[Made]) -> str:
    """The sums of what is counted of every one."""
    counted = [{name: n for name, n in one.manifest["about"].items() if isinstance(n, int)} for one in made]
    names = [name for name in counted[0] if all(name in one for one in counted)]
    return counts_said({name: sum(one[name] for one in counted) for name in names})
