"""A table whose rows' money is learnt, as sections: headlines, order, size, residuals, columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Headline, Headlines, Prose, Section, Shown
from report.page.charts import curve_with_band, scatter
from report.tables.columns import columns_section
from report.value import COLUMNS, cell
from report.worth.measures import gained, headlines, measures
from report.worth.order import order
from report.worth.size import size

PREFIX, SOURCE = "table-value", "value.out_of_fold"
BANDS = (
    "Residuals, expected less true, by tenths of the rows: a band from the 5th to the 95th percentile around the mean. "
    "Above 0 too much was promised."
)
ABOUT = (
    "Every row is answered by methods that have not seen it. Normalised Gini is 1 of the best order and near 0 of a "
    "blind one; RMSE, MAE and RMSLE are each told of the output that is made for it. Intervals hold 95 % of what other "
    "rows of the same kind would have given."
)


def values_page(
    metrics: Mapping[str, Any], shown: Mapping[str, Any], apart: Mapping[str, str], target: str
) -> list[Section]:
    """The sections.

    Parameters
    ----------
    metrics
        value_metrics.json of a target of money.
    shown
        study, intervals, rows, residuals, importance (see `pipeline.tasks.table_shown.MoneyShown`).
    apart
        What became of columns that no method was shown, by name.
    target
        What is predicted.
    """
    studies = {"out of fold": shown["study"]}
    by_size = size(PREFIX, f"{target}: how large promises are", "judged", studies)
    return [
        _overview(metrics, shown["intervals"], target),
        order(PREFIX, f"{target}: which rows bring most", "judged", studies),
        Section(by_size.name, by_size.title, [*_residuals(shown), *by_size.blocks]),
        columns_section(PREFIX, target, shown["importance"], metrics["columns"], apart, metrics["leaks"]),
    ]


def _overview(metrics: Mapping[str, Any], intervals: Mapping[str, Any], target: str) -> Section:
    report, answers = metrics["report"], metrics["value"]["out_of_fold"]
    first = headlines(answers, list(report["baselines"]), SOURCE, "", intervals)
    blocks: list[Block] = [
        Prose(f"{metrics['rows']:,} rows, {report['groups']:,} groups; {report['share_above_0']:.1%} lie above 0."),
        Headlines((*first, *_ranges(report["intervals"]))),
        Prose(ABOUT),
        measures(answers, COLUMNS, "All answers, out of fold, naive ones first."),
        *gained(intervals, "groups of rows", ""),
        Shown(pl.DataFrame(list(_chosen(report))), "What each output was made of, and what that was chosen for."),
        *_tested(metrics["value"]["test"]),
    ]
    return Section(PREFIX, f"What {target} will be", blocks)


def _ranges(told: Mapping[str, float]) -> tuple[Headline, ...]:
    asked = f"{told['coverage']:.2f} was asked; mean width {cell(told['mean_width'])}"
    return (Headline("rows inside their range", f"{told['measured']:.3f}", asked, "report.intervals.measured"),)


def _chosen(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for output, one in report["chosen"].items():
        weights = ", ".join(f"{weight:.2f} {name.replace('__', ' ')}" for name, weight in one["weights"].items())
        yield {
            "output": output.replace("_", " "),
            "recipe": one["recipe"].replace("__", " "),
            "of": weights,
            "for": one["chosen_for"],
        }


def _tested(told: Mapping[str, Any] | None) -> Sequence[Block]:
    if not told:
        return []
    found = {name: one for name, one in told.items() if name.endswith("_value")}
    inside = f"The test table: {told['coverage']:.3f} of its rows lie inside their range."
    return [measures(found, COLUMNS, inside)]


def _residuals(shown: Mapping[str, Any]) -> list[Block]:
    rows, bands = pl.DataFrame(shown["rows"]), pl.DataFrame(shown["residuals"])
    forms: dict[str, Any] = dict.fromkeys(("predicted", "true", "residual", *bands.columns[3:]), "money")
    last = bands.row(-1, named=True)
    return [
        Drawn(
            f"{PREFIX}-rows",
            scatter(rows, "predicted", "true", diagonal=True, x_scale="log", y_scale="log", formats=forms),
            f"{rows.height:,} rows, evenly along the order of what was expected of them; on the line promises hold.",
            "Points around the diagonal; both axes are logarithmic, from 0 where a row brought nothing.",
        ),
        Drawn(
            f"{PREFIX}-residuals",
            curve_with_band(bands, "predicted", "residual", "q0.05", "q0.95", formats=forms),
            BANDS,
            f"A band that widens to the right; in the top tenth from {last['q0.05']:,.2f} to {last['q0.95']:,.2f}.",
        ),
        Shown(bands, "Residuals by tenths of the rows, lowest expected first.", forms),
    ]
