"""Whether the rankers' probabilities come true."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from ranker.action_models import RANKER
from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import lines

ABOUT = (
    "Of the candidates that were promised a probability, this share came true, in ten classes of equal counts. On the "
    "diagonal promises are honest; below it too much is promised. ECE is the mean distance from it (Naeini, Cooper, "
    "Hauskrecht 2015), Brier the mean square of promise less outcome."
)


def calibration_section(actions: Mapping[str, Any]) -> Section | None:
    """Calibration of every objective's probabilities, on the judging half of the valid fold and on the scored fold.

    Parameters
    ----------
    actions
        actions_metrics.json.

    Returns
    -------
    Section or None
        Null where no probability was learnt.
    """
    judged = dict(_judged(actions))
    if not judged:
        return None
    rows = [
        {"of": name, "rows": one["rows"], "positives": one["positives"], "ECE": one["ece"], "Brier": one["brier"]}
        for name, one in judged.items()
    ]
    honest = Shown(pl.DataFrame(rows), "How honest the probabilities are.")
    blocks: list[Block] = [Prose(ABOUT), _drawn(judged), honest, *_rivals(actions)]
    return Section("calibration", "Do probabilities come true?", blocks)


def _rivals(actions: Mapping[str, Any]) -> list[Block]:
    """Every objective's models beside each other."""
    found: list[Block] = []
    for objective, one in actions["valid"].items():
        if one is None:
            continue
        rows = [
            {
                "model": name.replace("_", " "),
                "ROC AUC": told["roc_auc"],
                "average precision": told["average_precision"],
                "F1": told["at_best"]["f1"],
                "precision": told["at_best"]["precision"],
                "recall": told["at_best"]["recall"],
                "Brier": told["brier"],
            }
            for name, told in one["models"].items()
        ]
        about = f"{objective}: models on the judging half of the valid fold; F1, precision and recall at the threshold "
        best = {"ROC AUC": True, "average precision": True, "F1": True, "Brier": False}
        frame = pl.DataFrame(rows, infer_schema_length=None)
        found.append(Shown(frame, f"{about}that has the best F1 on the other half.", best=best))
    return found


def _judged(actions: Mapping[str, Any]) -> Any:  # noqa: ANN401 - pairs
    for objective, one in actions["valid"].items():
        if one is not None:
            yield f"{objective}, valid fold", one["models"][RANKER]
        if one is not None and actions["test"].get(objective) is not None:
            yield f"{objective}, scored fold", actions["test"][objective]


def _drawn(judged: Mapping[str, Any]) -> Drawn:
    rows = [
        {"of": name, "promised": point["promised"], "came true": point["came_true"], "count": point["count"]}
        for name, one in judged.items()
        for point in one["curve"]
        if point["promised"] > 0 and point["came_true"] > 0
    ]
    schema = {"of": pl.String, "promised": pl.Float64, "came true": pl.Float64, "count": pl.Int64}
    axes: dict[str, Any] = {"x_scale": "log", "y_scale": "log", "diagonal": True, "points": True}
    chart = lines(pl.DataFrame(rows, schema=schema), "promised", "came true", color="of", **axes)
    described = "Lines of what came true over what was promised, both on log scales; the dashed diagonal is honesty."
    return Drawn("calibration", chart, "What was promised, and what came true.", described)
