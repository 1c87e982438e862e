"""Whether a classifier's probabilities come true."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import lines

MOST = 6  # classes in a chart
ABOUT = (
    "Of the rows that were promised a class with some probability, this share came true, in ten bins of equal counts; "
    "on the diagonal promises hold. The calibration error is the mean distance from it (Naeini, Cooper, Hauskrecht "
    "2015)."
)


def honesty_section(prefix: str, target: str, study: Mapping[str, Any], best: str) -> Section:
    """Calibration by class.

    Parameters
    ----------
    prefix
        Of the names of section and chart.
    target
        What is predicted.
    study
        `evaluation.class_study.class_study`.
    best
        Whose probabilities they are.
    """
    some = commonest(study["by_class"])
    rows = pl.DataFrame([{"class": name, **bin_} for name, one in some.items() for bin_ in one["calibration"]])
    errors = {name: one["ece"] for name, one in study["by_class"].items()}
    worst = max(errors, key=lambda name: errors[name])
    forms: dict[str, Any] = dict.fromkeys(("promised", "came_true", "low", "high"), "share")
    blocks: list[Block] = [
        Prose(ABOUT),
        Drawn(
            f"{prefix}-calibration",
            lines(rows, "promised", "came_true", color="class", points=True, diagonal=True, formats=forms),
            f"What {best.replace('_', ' ')} promised, and what came true.",
            f"Lines along the diagonal; the mean distance from it is at most {errors[worst]:.4f} (class {worst}).",
        ),
        Shown(
            pl.DataFrame({"class": list(errors), "calibration error": list(errors.values())}),
            "The mean distance between promise and truth.",
        ),
        Shown(rows, "Bins of about equal counts, lowest first.", forms),
    ]
    return Section(f"{prefix}-calibration", f"{target}: do the probabilities come true?", blocks)


def commonest(by_class: Mapping[str, Any]) -> dict[str, Any]:
    """The classes that charts show: `MOST` of them, those of most rows, in their own order."""
    first = sorted(by_class, key=lambda name: -by_class[name]["positives"])[:MOST]
    return {name: one for name, one in by_class.items() if name in first}
