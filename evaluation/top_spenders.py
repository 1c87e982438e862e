"""Whether those who bring most are found: the top of the truth among the top of what was promised."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def top_found(
    truth: npt.ArrayLike, predicted: npt.ArrayLike, top: float = 0.01, among: float = 0.01
) -> dict[str, float | None]:
    """How many of the top spenders stand among the rows that are promised most.

    Parameters
    ----------
    truth
        Money a row, 0 or more; shape (rows,).
    predicted
        What was promised; shape (rows,).
    top
        Share of the rows, those that bring most, that are looked for; one row at least. Rows that bring nothing are
        never among them.
    among
        Share of the rows, those that are promised most, that are looked through; one row at least.

    Returns
    -------
    dict
        recall (share of the top spenders that are found), precision (share of the rows looked through that are top
        spenders). Of rows that tie at either edge each counts by the chance that it is within. Null without a spender.

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    y, p = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    if y.shape != p.shape:
        raise ValueError(f"`predicted` must have the shape of `truth`, {y.shape}, got {p.shape}.")
    spenders = int((y > 0).sum())
    if not spenders:
        return {"recall": None, "precision": None}
    wanted = within_top(y, min(spenders, max(1, round(len(y) * top))))
    looked = within_top(p, max(1, round(len(y) * among)))
    found = float(np.sum(wanted * looked))
    return {"recall": found / float(wanted.sum()), "precision": found / float(looked.sum())}


def within_top(values: Floats, number: int) -> Floats:
    """(rows,) the chance of each row to be among the `number` largest, where equal ones are drawn."""
    edge = np.partition(values, len(values) - number)[len(values) - number]
    above, equal = values > edge, values == edge
    return np.asarray(above + equal * ((number - above.sum()) / equal.sum()), np.float64)
