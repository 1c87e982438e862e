"""How many of scored rows a file of labels knows: none of them is a mistake, a part of them is worth a word."""

import polars as pl

from data.errors import AisleError
from data.numbered import are
from data.shortened import some
from data.warned import Warned
from value.lifetime.table import KEY


def labels_known(rows: pl.DataFrame, truth: pl.DataFrame, of: str) -> list[Warned]:
    """What is to be said of a file of labels, a line at most.

    Parameters
    ----------
    rows
        Scored rows, with `key`.
    truth
        The labels, with `key`.
    of
        What messages call the file.

    Raises
    ------
    AisleError
        If no row's label stands in it.
    """
    strange = rows.select(KEY).join(truth.select(KEY), on=KEY, how="anti", maintain_order="left")[KEY]
    if len(strange) == rows.height:
        raise AisleError(
            f"{of}: knows none of the {rows.height:,} scored rows; its keys are such as {some(truth[KEY].head(3))}, "
            f"the rows' such as {some(strange.head(3))}: give the labels of these rows, with their keys written alike."
        )
    if strange.is_empty():
        return []
    known = rows.height - len(strange)
    said = f"{are(known, 'scored row', of=rows.height)} judged, whose labels are known; {of} lacks the others."
    return [Warned("labels_known", said, {"rows": rows.height, "known": known})]
