"""What `actions` shows: measures of every objective's probabilities beside their rivals'."""

from rich.console import Console
from rich.table import Table

NAMES = {"logistic_regression": "logistic regression", "random_forest": "random forest"}


def show_actions(metrics: dict[str, dict[str, dict[str, dict[str, object]] | None]], console: Console) -> None:
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
