"""One session or user that holds a large share of a log: a crawler, or a key that stands for nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from data.warned import Warned

LEAST_EVENTS = 1_000  # of a log, below which any share is large
SHARE, TIMES_MEDIAN = 0.05, 10
MANY_TIMES_MEDIAN = 1_000
SHOWN = 3


@dataclass(frozen=True)
class Cut:
    """Sessions that were cut to `quality.max_session_events`: their events before, by key.

    Parameters
    ----------
    limit
        The setting; null where there is no limit.
    sessions
        Key -> events before the cut.
    """

    limit: int | None = None
    sessions: Mapping[str, int] = field(default_factory=dict)

    @property
    def events(self) -> int:
        """How many were left out."""
        return sum(self.sessions.values()) - len(self.sessions) * (self.limit or 0)


def suspect(kind: str, owners: pl.DataFrame, keys: pl.DataFrame, cut: Cut) -> list[Warned]:
    """Name the sessions (or users) that are far larger than the others.

    Parameters
    ----------
    kind
        `session` or `user`.
    owners
        frame(code, events): how many events each has.
    keys
        Their dictionary.
    cut
        What was left out of long sessions.
    """
    said = [_was_cut(cut)] if kind == "session" and cut.sessions else []
    total = int(owners["events"].sum())
    if total + cut.events <= LEAST_EVENTS or owners.height < 2:  # one alone is all of a log
        return said
    usual = max(float(owners["events"].median() or 0), 1.0)  # type: ignore[arg-type]
    large = (pl.col("events") > SHARE * total) & (pl.col("events") > TIMES_MEDIAN * usual)
    found = owners.filter(large | (pl.col("events") > MANY_TIMES_MEDIAN * usual)).sort(
        "events", "code", descending=[True, False]
    )
    named = found.join(keys.select("code", pl.col("key").cast(pl.String)), on="code", maintain_order="left")
    rows = [(key, events) for key, events in named.select("key", "events").rows() if key not in cut.sessions]
    return [*said, _holds(kind, rows, total, usual)] if rows else said


def _listed(rows: Sequence[tuple[str, int]], total: int) -> str:
    more = f" and {len(rows) - SHOWN:,} more" if len(rows) > SHOWN else ""
    return ", ".join(f"`{key}` {events:,} ({events / total:.1%})" for key, events in rows[:SHOWN]) + more


def _holds(kind: str, rows: Sequence[tuple[str, int]], total: int, usual: float) -> Warned:
    mend = {
        "session": "a crawler, or a key that stands for many: cut it with `input.quality.max_session_events`, or name "
        "it in `input.format.null_tokens`",
        "user": "a crawler, or a key that stands for nobody: name it in `input.format.null_tokens`, or leave it out",
    }
    text = (
        f"a large share of the log's {total:,} events belongs to few {kind}s, where half have {usual:,.0f} or fewer: "
        f"{_listed(rows, total)}; {mend[kind]}."
    )
    return Warned(f"huge_{kind}", text, {f"{kind}s": len(rows), "events": sum(n for _, n in rows), kind: rows[0][0]})


def _was_cut(cut: Cut) -> Warned:
    rows = sorted(cut.sessions.items(), key=lambda row: (-row[1], row[0]))
    listed = ", ".join(f"`{key}` {events:,}" for key, events in rows[:SHOWN])
    text = (
        f"{len(rows):,} sessions have more than {cut.limit:,} events ({listed}): what comes after was left out, "
        f"{cut.events:,} events (`input.quality.max_session_events`)."
    )
    return Warned("huge_session", text, {"sessions": len(rows), "events": cut.events, "session": rows[0][0]})
