"""Prices, order lines and values of sessions, with their right tails."""

from collections.abc import Mapping
from typing import Any

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import histogram
from report.profile.frames import frame, measures, share, written

BINS = ("begins", "ends", "rows")
NAMES = {
    "item prices": "item's price",
    "order lines": "order line's money",
    "sessions": "session's value",
}


def money(profile: Mapping[str, Any]) -> Section:
    """Every kind of money in numbers, on a linear and on a logarithmic axis."""
    told = profile["money"]
    if not told:
        return Section("money", "Money", [Prose("The log names no price and no value.")])
    blocks: list[Block] = [
        Shown(
            measures({name: kind["spread"] for name, kind in told.items()}),
            "Amounts above 0. The skew is the third standardised moment, 0 of what is symmetric; where that of "
            "log(1 + x) is near 0, a model of the logarithm sees no tail.",
        )
    ]
    if "sessions" in told:
        blocks.append(Prose(f"{share(told['sessions']['above_zero'])} of the sessions are worth anything."))
    for name, kind in told.items():
        blocks += _pictures(name, kind)
    return Section("money", "Money", blocks)


def _pictures(name: str, kind: Mapping[str, Any]) -> list[Block]:
    summed, slug = kind["spread"], name.replace(" ", "-")
    median, most = written(summed["q0.5"]), written(summed["most"])
    return [
        Drawn(
            f"{slug}-linear",
            histogram(frame(kind["linear"]), *BINS, titles={"begins": NAMES[name]}),
            f"{name.capitalize()}: the last bar holds all beyond the 99th percentile ({written(summed['q0.99'])}).",
            f"A histogram; half lie below {median}, the largest is {most}; skew {written(summed['skew'])}.",
        ),
        Drawn(
            f"{slug}-log",
            histogram(frame(kind["log"]), *BINS, x_scale="log", titles={"begins": f"{NAMES[name]} (log)"}),
            f"{name.capitalize()} on a logarithmic axis: bins of equal ratio.",
            f"A histogram; skew of the logarithm {written(summed['skew_log'])}.",
        ),
    ]
