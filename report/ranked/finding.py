"""What sources find, how deep, and where what was wanted is lost on the way to the list."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from data.schema import TYPES
from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import lines

STEPS = {
    "proposed": "among all candidates",
    "described": "among those that are ranked",
    "listed": "in the list of 20",
}
DEPTHS = ("recall@20", "recall@100")
BOTH, MOST = ("ranked", "union"), 6
CURVES = (
    "recall@K of the ranked list, of the union of all sources in fused order, and of the lists of the sources that "
    "find most among 20. A source that stays low may still find what no other does: that is what leaving it out "
    "tells."
)
CEILING = (
    "Were everything that a step keeps ordered perfectly, this much of what was wanted would stand among 20. What the "
    "first row lacks no source proposes; between the first two rows the cut before the features loses it, between "
    "the last two the ranker."
)
LEFT_OUT = (
    "What the union in the order of reciprocal ranks loses when a source is left out and the others keep their "
    "weights: above 0, the source is worth so much; below 0, it is in the way."
)


def finding_section(curves: Mapping[str, Any], metrics: Mapping[str, Any]) -> Section:
    """What sources find.

    Parameters
    ----------
    curves
        `curves` (order -> K -> type -> recall) and `ceilings` (step -> type -> recall).
    metrics
        metrics.json, for `leave_one_out` and `reciprocal_rank`.
    """
    there = [name for name in TYPES if curves["ceilings"]["proposed"][name] is not None]
    blocks: list[Block] = [Prose(CURVES)]
    blocks += [_drawn(curves["curves"], name) for name in there]
    blocks += [Prose(CEILING), Shown(_ceilings(curves["ceilings"], there), "What each step keeps within reach.")]
    if metrics["leave_one_out"]:
        blocks += [Prose(LEFT_OUT), Shown(_left_out(metrics, there), "Worth of each source to the union.")]
    return Section("finding", "What sources find, and where it is lost", blocks)


def _drawn(curves: Mapping[str, Any], objective: str) -> Drawn:
    drawn = [*BOTH, *_best(curves, objective)]
    rows = [
        {"order": order, "K": int(k), "recall@K": by_type[objective]}
        for order in drawn
        for k, by_type in curves[order].items()
        if by_type[objective] is not None
    ]
    frame = pl.DataFrame(rows, schema={"order": pl.String, "K": pl.Int64, "recall@K": pl.Float64})
    chart = lines(frame, "K", "recall@K", color="order", points=True, x_scale="log")
    best = f" Alone, {drawn[2]} finds most among 20." if len(drawn) > 2 else ""
    described = f"Lines: recall of {objective} over the depth K, on a log scale, an order a line.{best}"
    return Drawn(f"recall-curve-{objective}", chart, f"How deep what is wanted lies: {objective}.", described)


def _best(curves: Mapping[str, Any], objective: str) -> list[str]:
    """The sources that find most among 20, best first: as many as there are colours to tell apart."""
    worth = {name: depths["20"][objective] or 0.0 for name, depths in curves.items() if name not in BOTH}
    return sorted(worth, key=lambda name: (-worth[name], name))[:MOST]


def _ceilings(ceilings: Mapping[str, Any], there: list[str]) -> pl.DataFrame:
    kept = [{"step": title} | {name: ceilings[step][name] for name in there} for step, title in STEPS.items()]
    first, second, last = (ceilings[step] for step in STEPS)
    lost = {
        "lost by the sources": {name: 1 - first[name] for name in there},
        "lost by the cut": {name: first[name] - second[name] for name in there},
        "lost by the ranker": {name: second[name] - last[name] for name in there},
    }
    rows = [*kept, *({"step": title} | by_type for title, by_type in lost.items())]
    return pl.DataFrame(rows, schema={"step": pl.String, **dict.fromkeys(there, pl.Float64)})


def _left_out(metrics: Mapping[str, Any], there: list[str]) -> pl.DataFrame:
    whole, columns = metrics["reciprocal_rank"], [(depth, name) for depth in DEPTHS for name in there]
    rows = [
        {"source": source} | {f"{depth}, {name}": whole[depth][name] - without[depth][name] for depth, name in columns}
        for source, without in metrics["leave_one_out"].items()
    ]
    numbers = {f"{depth}, {name}": pl.Float64 for depth, name in columns}
    return pl.DataFrame(rows, schema={"source": pl.String, **numbers})
