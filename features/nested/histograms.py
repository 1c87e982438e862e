"""Histograms: maps of levels to how often they were seen."""

import polars as pl

from features.nested.maps import total
from features.nested.row_group import Features, row_group
from features.nested.source import Source


@row_group(kinds=("histogram",), zeros=("total", "levels"))
def histograms(column: Source) -> Features:
    """Entropy in nats (Shannon 1948), total, number of levels, and the shares of the most frequent one and of three.

    Entropy is ln(total) less the mean of ln(count) over all that was counted. It and the shares are null where nothing
    was; levels of which there are 0 do not count.
    """
    counts = column.values.list.eval(pl.element().filter(pl.element() > 0))
    sum_of = total(counts)
    some = pl.when(sum_of > 0)
    logs = counts.list.eval(pl.element() * pl.element().log())
    first = counts.list.sort(descending=True).list.head(3)
    return {
        "entropy": some.then((sum_of.log() - total(logs) / sum_of).clip(lower_bound=0.0)),
        "total": sum_of,
        "levels": counts.list.len(),
        "top1": some.then(counts.list.max() / sum_of),
        "top3": some.then(total(first) / sum_of),
    }
