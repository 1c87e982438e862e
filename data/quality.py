"""When a log is too bad to go on with, and what the user is told of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from data.checks import check_at_least
from data.errors import AisleError
from data.nearest import nearest
from data.partitions.told import described
from data.shortened import sample
from data.validate import Tally
from data.values.samples import name_files
from data.values.time_judging import judge_times


@dataclass(frozen=True)
class Quality:
    """What is done with rows that cannot be events, and with those that can and look wrong.

    Parameters
    ----------
    max_quarantine
        The largest share of rows that may be set aside before the run stops.
    duplicates
        `keep` or `drop` events that equal another in session, item, time and type.
    same_moment
        What the order of a session's events of one moment means: `file` (they happened in the file's order), `hash`
        (nothing: they are put into an order by a hash of their items) or `auto` (`hash` where far more of them stand in
        the items' order than chance allows, else `file`).
    stray_times
        What is done with a few events that lie far before or after all others: `warn`, or `drop` (set aside).
    max_session_events
        A session's events after so many are set aside and counted: nobody looks at so much. Null: no limit.
    max_price, max_quantity, max_session_value
        Rows with prices, quantities and values of their sessions above it are set aside; null: no limit.
    """

    max_quarantine: float = 0.01
    duplicates: Literal["keep", "drop"] = "keep"
    same_moment: Literal["auto", "file", "hash"] = "auto"
    stray_times: Literal["warn", "drop"] = "warn"
    max_session_events: int | None = 10_000
    max_price: float | None = None
    max_quantity: float | None = None
    max_session_value: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.max_quarantine <= 1:
            raise ValueError(f"`quality.max_quarantine` must lie between 0 and 1, got {self.max_quarantine}.")
        check_at_least(self, 1, "max_session_events")
        for number, limit in self.most.items():
            if limit <= 0:
                raise ValueError(f"`max_{number}` must be above 0, got {limit}.")

    @property
    def most(self) -> dict[str, float]:
        """Up to what numbers are believed, by column."""
        limits = {"price": self.max_price, "quantity": self.max_quantity, "session_value": self.max_session_value}
        return {number: limit for number, limit in limits.items() if limit is not None}


def judge(tally: Tally, files: Sequence[Path], quality: Quality, strict_events: bool, quarantine: Path) -> None:
    """Stop over what a run must not swallow.

    Raises
    ------
    AisleError
        If event names are unknown (where the format wants them mapped), if times are written in another way than the
        configuration says, if too many rows are bad, or if no row is left.
    """
    names = name_files(files)
    if strict_events and tally.unknown_events:
        known = nearest(tally.unknown_events.most_common(1)[0][0], tally.event_names, 1)
        near = f"; it has `{sample(known[0])}`, which is like the first" if known else ""
        listed = ", ".join(f"{sample(name, 30)} ({count:,})" for name, count in tally.unknown_events.most_common(8))
        raise AisleError(
            f"{names}: unknown event names: {listed}; map each to clicks, carts, orders or ignore under "
            f"`input.format.events`{near}."
        )
    judge_times(tally, files)
    bad = tally.quarantined.total()
    reasons, mends = reasons_told(tally, several=len(files) > 1)
    checked = bad + tally.kept
    if bad > quality.max_quarantine * checked:
        raise AisleError(
            f"{names}: {bad:,} of {checked:,} rows are bad ({reasons}), over `quality.max_quarantine` "
            f"{quality.max_quarantine:.2%}; {mends}see {quarantine}, then mend the log or raise the limit."
        )
    if not tally.kept:
        raise AisleError(
            f"{names}: none of {tally.read:,} rows is an event ({tally.dropped.total():,} dropped by rule"
            f"{', ' if reasons else ''}{reasons}); check `input.format`."
        )


def reasons_told(tally: Tally, *, several: bool) -> tuple[str, str]:
    """The commonest reasons with a value each, and what would mend them, with a `; ` after each."""
    common = [(reason, count, tally.samples.get(reason)) for reason, count in tally.quarantined.most_common(5)]
    reasons = [
        f"{sample(reason, 50)} {count:,}{shown.told(several=several) if shown else ''}"
        for reason, count, shown in common
    ]
    mends = dict.fromkeys(shown.mend for _, _, shown in common if shown and shown.mend)
    return ", ".join(reasons), "".join(f"{mend}; " for mend in mends)


def summarise(tally: Tally) -> dict[str, Any]:
    """The tally as plain values, reasons by falling count."""
    return {
        "rows": tally.read,
        **({"exploded": tally.exploded} if tally.exploded else {}),
        "events": tally.kept,
        "quarantined": {_located(reason, count, tally): count for reason, count in tally.quarantined.most_common()},
        "dropped": dict(tally.dropped.most_common()),
        "nulled": dict(tally.nulled.most_common()),
    }


def _located(reason: str, count: int, tally: Tally) -> str:
    """A reason that is a line's, with the first of them; others as they are."""
    line = tally.samples.get(reason)
    if not reason.startswith("a line ") or line is None or line.value is None:
        return reason
    return reason.replace("a line", line.value, 1) if count == 1 else f"{reason} (the first: {line.value})"


def describe(summary_file: Path) -> list[str]:
    """A log's summary in lines for a reader."""
    summary = json.loads(summary_file.read_text())
    plain = ("rows", "events", "sessions", "users", "items")
    lines = [", ".join(f"{summary[name]:,} {name}" for name in plain)]
    lines += [f"from {summary['first']} to {summary['last']}", *described(summary.get("window"))]
    for name in ("quarantined", "dropped", "nulled"):
        lines += [f"{name}: {reason}: {count:,}" for reason, count in summary[name].items()]
    for name in ("exploded", "duplicates", "out_of_order", "unknown_items", "unknown_users"):
        lines += [f"{name.replace('_', ' ')}: {summary[name]:,}"] if summary.get(name) else []
    if refunds := summary.get("refunds"):
        lines += [f"refunds: {refunds['refunded']:,.2f} of {refunds['revenue']:,.2f} went back"]
    return lines
