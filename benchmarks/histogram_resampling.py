"""Where histogram resampling helps and what it costs: the same trees plain, on weighted rows, and on drawn rows.

Rows are those that `python -m pipeline.ltv` has described in its working directory; settings are those of that command:

python -m benchmarks.histogram_resampling --horizon d7 --config configs/inapp.yaml --workdir W
python -m benchmarks.histogram_resampling --horizon d90 --config configs/ltv_online_retail.yaml --workdir W2

Each repeat learns without one part of the groups, another each time, and by a seed of its own. The range of a
difference to plain trees is that over scored groups and repeats drawn with replacement.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from benchmarks.lifetime_rows import Split, splits_in
from evaluation.bootstrap import drawn_groups, percentile_range
from evaluation.top_spenders import top_found
from evaluation.value import normalised_gini, top_share
from pipeline.cli import configure
from value.money.histogram_sampling import HistOver, HistUnder
from value.money.methods import Methods, trees_of
from value.money.resampled import Resampled

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Measures = dict[str, float]
PLAIN = "plain"
VARIANTS: Mapping[str, tuple[Any, bool]] = {
    PLAIN: (HistUnder(beta=0), False),  # every row counts 1
    "HistUS weights": (HistUnder(), False),
    "HistUS drawn": (HistUnder(), True),
    "HistOS weights": (HistOver(), False),
    "HistOS drawn": (HistOver(), True),
}
"""By name: the sampler, and whether rows are drawn."""


@dataclass(frozen=True)
class Said:
    """What one variant of one repeat says of all asked rows.

    Parameters
    ----------
    raw
        (rows,) before answers are scaled to the learnt rows as they are.
    levelled
        (rows,) afterwards.
    seconds
        Of one thread, for learning.
    presented
        Rows that trees were grown on.
    """

    raw: Floats
    levelled: Floats
    seconds: float
    presented: int


@dataclass(frozen=True)
class Asked:
    """All asked rows: (rows,) what came, who each is, and which split it belongs to."""

    truth: Floats
    group: npt.NDArray[Any]
    split: Places

    @classmethod
    def of(cls, splits: Sequence[Split]) -> "Asked":
        """The asked rows of all splits, one after the other."""
        asked = [split.asked for split in splits]
        number = np.repeat(np.arange(len(asked)), [len(rows.target) for rows in asked])
        return cls(np.concatenate([r.target for r in asked]), np.concatenate([r.group for r in asked]), number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Learn every variant of every repeat, measure, print, and write all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--horizon", default="d7")
    parser.add_argument("--losses", nargs="+", default=["tweedie", "l2"])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--asked", type=int, default=50_000, help="rows of a table that are scored at most")
    parser.add_argument("--out", type=Path, default=Path("artifacts/histogram_resampling.json"))
    given, settings = parser.parse_known_args(arguments)
    config = configure("ltv", "", settings)
    boosting = replace(config.ltv.learning.model.methods.boosting, threads=1)
    methods = replace(config.ltv.learning.model.methods, boosting=boosting)
    splits = splits_in(Path(config.workdir), given.horizon, given.asked)
    found = {loss: compared(splits, loss, methods, given.repeats, given.draws) for loss in given.losses}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(found, indent=1) + "\n")
    for loss, variants in found.items():
        Console(width=180).print(shown(f"{loss} trees, {given.horizon}, differences to plain in brackets", variants))
    return 0


def compared(splits: Sequence[Split], loss: str, methods: Methods, repeats: int, draws: int) -> dict[str, Any]:
    """Each variant's measures, and how they differ from plain trees'."""
    said: dict[str, list[Said]] = {name: [] for name in VARIANTS}
    for repeat in range(repeats):
        for name in VARIANTS:
            each = [learnt(split, name, loss, methods, repeat, repeats) for split in splits]
            raw, levelled = (np.concatenate([getattr(one, what) for one in each]) for what in ("raw", "levelled"))
            said[name].append(Said(raw, levelled, sum(s.seconds for s in each), sum(s.presented for s in each)))
            print(f"{loss}, repeat {repeat + 1} of {repeats}: {name}", file=sys.stderr)
    asked = Asked.of(splits)
    ranges = differences(asked, said, draws)
    return {
        name: {
            **mean([measured(asked, one.levelled) for one in some]),
            "ratio_raw": mean([measured(asked, one.raw) for one in some])["ratio"],
            "seconds": float(np.mean([one.seconds for one in some])),
            "presented": float(np.mean([one.presented for one in some])),
            "differences": ranges.get(name, {}),
            "repeats": [measured(asked, one.levelled) for one in some],
        }
        for name, some in said.items()
    }


def learnt(split: Split, name: str, loss: str, methods: Methods, repeat: int, repeats: int) -> Said:
    """Learn a variant from all groups but those of this repeat, and ask it."""
    taught = split.taught.without_part(repeat, repeats)
    seeded = replace(methods, boosting=replace(methods.boosting, seed=methods.boosting.seed + repeat))
    sampler, drawn = VARIANTS[name]
    sampler = type(sampler)(**sampler.get_params() | {"seed": repeat})
    trees = trees_of(seeded, loss, power=methods.power or 1.5)
    target = taught.target / taught.level
    began = time.process_time()
    fitted = Resampled(trees, sampler, drawn=drawn).fit(taught.matrix, target)
    seconds = time.process_time() - began
    raw = fitted.model_.predict(split.asked.matrix) * split.asked.level
    return Said(raw, raw * fitted.factors_["mean"], seconds, len(sampler.draw(target)) if drawn else len(target))


def measured(asked: Asked, said: Floats, at: Places | None = None) -> Measures:
    """The measures of what is said at some positions, means over the splits."""
    places = np.arange(len(said)) if at is None else at
    split = asked.split[places]
    return mean([_measured(asked.truth[some], said[some]) for n in np.unique(split) for some in (places[split == n],)])


def _measured(truth: Floats, said: Floats) -> Measures:
    one, five = top_found(truth, said), top_found(truth, said, among=0.05)
    error, logs = said - truth, np.log1p(np.maximum(said, 0.0)) - np.log1p(truth)
    found = {
        "recall1": one["recall"],
        "recall5": five["recall"],
        "precision1": one["precision"],
        "precision5": five["precision"],
        "money1": top_share(truth, said, 0.01),
        "ngini": normalised_gini(truth, said),
        "rmse": np.sqrt(np.mean(error**2)),
        "mae": np.mean(np.abs(error)),
        "rmsle": np.sqrt(np.mean(logs**2)),
        "ratio": said.sum() / truth.sum() if truth.sum() > 0 else None,
    }
    return {name: float("nan") if value is None else float(value) for name, value in found.items()}


def mean(some: Sequence[Measures]) -> Measures:
    """The mean of each measure."""
    return {name: float(np.mean([one[name] for one in some])) for name in some[0]}


def differences(asked: Asked, said: Mapping[str, Sequence[Said]], draws: int) -> dict[str, dict[str, list[float]]]:
    """By variant, by measure: its difference to plain trees, and the range of 95 % of the draws."""
    repeats, random = len(said[PLAIN]), np.random.default_rng(0)
    others = [name for name in said if name != PLAIN]
    found: dict[str, list[Measures]] = {name: [] for name in others}
    for at in drawn_groups(asked.group, draws):
        chosen = random.integers(repeats, size=repeats)
        plain = _drawn(asked, said[PLAIN], chosen, at)
        for name in others:
            one = _drawn(asked, said[name], chosen, at)
            found[name].append({measure: one[measure] - plain[measure] for measure in one})
    everything = np.arange(repeats)
    whole = {name: _drawn(asked, some, everything) for name, some in said.items()}
    return {
        name: {
            measure: [whole[name][measure] - whole[PLAIN][measure], *percentile_range([d[measure] for d in drawn])]
            for measure in whole[name]
        }
        for name, drawn in found.items()
    }


def _drawn(asked: Asked, said: Sequence[Said], chosen: Places, at: Places | None = None) -> Measures:
    each = {repeat: measured(asked, said[repeat].levelled, at) for repeat in set(chosen.tolist())}
    return mean([each[repeat] for repeat in chosen.tolist()])


def shown(title: str, variants: Mapping[str, Mapping[str, Any]]) -> Table:
    """The figures as a table, a star where the range of a difference does not hold 0."""
    names = ("recall1", "recall5", "precision5", "money1", "ngini", "rmse", "mae", "rmsle", "ratio")
    table = Table(title=title)
    for column in ("", *names, "ratio_raw", "seconds", "presented"):
        table.add_column(column, justify="left" if not column else "right")
    for name, found in variants.items():
        cells = [_cell(found[m], found["differences"].get(m)) for m in names]
        table.add_row(
            name, *cells, f"{found['ratio_raw']:.3f}", f"{found['seconds']:.1f}", f"{found['presented']:,.0f}"
        )
    return table


def _cell(value: float, difference: Sequence[float] | None) -> str:
    if difference is None:
        return f"{value:.4g}"
    low, high = difference[1:]
    return f"{value:.4g}\n[{low:+.3g}, {high:+.3g}]{'*' if low > 0 or high < 0 else ''}"


if __name__ == "__main__":
    sys.exit(main())
