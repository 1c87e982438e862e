"""How fast a stage goes and how long the rest of it will take: arithmetic on counts and seconds."""

from dataclasses import dataclass, field

from data.progress import Far
from pipeline.store.watching import Stage

Key = tuple[int, str]
"""A thread, and what it counts."""


@dataclass
class Counting:
    """Something that a product's work counts.

    Parameters
    ----------
    first, began
        How many there were when it was first told, and when, in seconds.
    last
        What was told last.
    """

    first: int
    began: float
    last: Far

    def rate(self, now: float) -> float | None:
        """Units a second; null before any is known."""
        done, took = self.last.done - self.first, now - self.began
        return done / took if done > 0 and took > 0 else None


@dataclass
class Pace:
    """The pace of a stage.

    Parameters
    ----------
    stage
        The stage.
    began
        When it began, in seconds.
    done
        How many of its products are built.
    """

    stage: Stage
    began: float
    done: int = 0
    _counting: dict[Key, Counting] = field(default_factory=dict)

    def built(self) -> None:
        """One more product is built."""
        self.done += 1
        self._counting.clear()

    def tell(self, far: Far, thread: int, now: float) -> None:
        """A product's work has come so far; what begins anew, such as the trees of another model, is counted anew."""
        known = self._counting.get((thread, far.unit))
        if known is None or far.done < known.last.done:
            self._counting[thread, far.unit] = Counting(far.done, now, far)
        else:
            known.last = far

    def share(self, now: float) -> float | None:
        """How much of the stage is done, from 0 to 1; null where nobody knows."""
        if self.stage.building > 1:
            return self.done / self.stage.building
        outer = self._outer
        if outer and outer.last.of:
            return min(1.0, outer.last.done / outer.last.of)
        return min(1.0, (now - self.began) / self.stage.seconds) if self.stage.seconds else None

    def left(self, now: float) -> float | None:
        """Seconds: by what is done, else by what the stage took when it was built last; null where neither tells."""
        elapsed = now - self.began
        if self.stage.building > 1 and self.done:
            return elapsed / self.done * (self.stage.building - self.done)
        outer = self._outer if self.stage.building == 1 else None
        if outer and outer.last.of and (rate := outer.rate(now)):
            return max(0.0, (outer.last.of - outer.last.done) / rate)
        return None if self.stage.seconds is None else max(0.0, self.stage.seconds - elapsed)

    def said(self, now: float) -> str:
        """All of it in words: `2 of 8, 4.1 s each, 12,000 queries of 90,000, 3,100/s, 0:00:24 left`."""
        parts = []
        if self.stage.building > 1:
            parts += [f"{self.done} of {self.stage.building}", rate_said(self.done, now - self.began)]
        if outer := self._outer:
            of = f" of {outer.last.of:,}" if outer.last.of else ""
            rate = outer.rate(now)
            parts += [f"{outer.last.done:,}{of} {outer.last.unit}", rate_said(rate, 1.0) if rate else ""]
        left = self.left(now)
        parts.append("" if left is None else f"{clock(left)} left")
        return ", ".join(part for part in parts if part)

    @property
    def _outer(self) -> Counting | None:
        """What was counted first: the trials of a search, and not each trial's trees."""
        return next(iter(self._counting.values()), None)


def rate_said(done: float, seconds: float) -> str:
    """So many a second, or seconds for each where that is slow; empty before the first."""
    if done <= 0 or seconds <= 0:
        return ""
    rate = done / seconds
    if rate < 1:
        return f"{1 / rate:.1f} s each"
    return f"{rate:,.0f}/s" if rate >= 100 else f"{rate:.1f}/s"


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
