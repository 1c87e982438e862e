"""`python -m pipeline.actions`: how likely a visitor is to click, cart and order an item; or a flat table's classes."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from pipeline.actions_table import main as run_table
from pipeline.cli import main as run_stage
from pipeline.plans.actions import ActionsRun
from pipeline.plans.ranking import Run

ABOUT = (
    "The probability that a session clicks, carts and orders each of its best candidates (`--top` of them), calibrated "
    "on queries drawn without a look at what happened. With `--table FILE --target COLUMN` instead: classify a flat "
    "table (`--table FILE --help` shows how)."
)
NAMES = {"logistic_regression": "logistic regression", "random_forest": "random forest"}


def work(run: Run, console: Console) -> None:
    """Build the probabilities and what they are worth."""
    own = ActionsRun(run.config, run.store)
    _ = own.actions
    metrics = own.actions_metrics
    show(metrics, console)
    for name, about in (
        ("actions.parquet", "session, events, item, p_click, p_cart, p_order, in the shop's keys"),
        ("actions_metrics.json", "all measures, with the calibration curves"),
    ):
        console.print(f"{own.output / name}: {about}", highlight=False)


def show(metrics: dict[str, dict[str, dict[str, dict[str, object]] | None]], console: Console) -> None:
    """Print the measures of every objective and model."""
    table = Table(title="action probabilities: the judging half of the `stop` part, and the scored fold")
    columns = ("ROC AUC", "AP", "F1", "precision", "recall", "Brier", "ECE", "positives")
    for column in ("", *columns):
        table.add_column(column, justify="right" if column else "left", no_wrap=not column)
    for objective, judged in metrics["valid"].items():
        if judged is None:
            console.print(f"no probability of {objective}: too few of them in the valid fold to calibrate on")
            continue
        for name, measures in judged["models"].items():
            table.add_row(f"{objective}: {NAMES.get(name, name)}", *_cells(measures))
        tested = metrics["test"][objective]
        if tested is not None:
            table.add_row(f"{objective}: ranker, scored fold", *_cells(tested), end_section=True)
    console.print(table)
    console.print("F1, precision and recall at the threshold that has the best F1 on the calibrating half")


def _cells(measures: object) -> list[str]:
    assert isinstance(measures, dict)
    at = measures["at_best"]
    values = [measures["roc_auc"], measures["average_precision"], at["f1"], at["precision"], at["recall"]]
    values += [measures["brier"], measures["ece"]]
    return [*("-" if value is None else f"{value:.4f}" for value in values), f"{measures['positives']:,}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage, or classify a table where one is named."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    flags = [argument.split("=", maxsplit=1)[0] for argument in given]
    if "--table" in flags:
        return run_table(given)
    shortened = [
        f"--actions.top{a.removeprefix('--top')}" if f == "--top" else a for f, a in zip(flags, given, strict=True)
    ]
    return run_stage("actions", ABOUT, work, shortened)


if __name__ == "__main__":
    sys.exit(main())
