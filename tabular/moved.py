"""How far a model's promises move where one of its columns says nothing: what it looks at."""

import numpy as np
import polars as pl

from value.money.fitted import Floats, ValueModel

ROWS, TIMES, SEED = 2_000, 2, 42


def moved(model: ValueModel, features: pl.DataFrame, so_far: Floats | None) -> pl.DataFrame:
    """The mean distance between expected values and those with a column's values mixed among the rows.

    The permutation of Breiman 2001, "Random forests", but of promises and not of errors: the model has learnt from
    these rows, so how much worse it gets on them would flatter it.

    Parameters
    ----------
    model
        Fitted.
    features
        Rows that it was learnt from; `ROWS` of them at most are asked, evenly spread.
    so_far
        (rows,) the value so far, if it was learnt from.

    Returns
    -------
    pl.DataFrame
        column, moved (in money), share (of the sum over all columns; 0 where nothing moves); what moves most first.
    """
    kept = np.unique(np.linspace(0, features.height - 1, min(ROWS, features.height)).round().astype(np.int64))
    some, before = features[kept], None if so_far is None else so_far[kept]
    said = _expected(model, some, before)
    found = dict.fromkeys(model.frame.like.columns, 0.0)
    for place, name in enumerate(found):
        dice = np.random.default_rng([SEED, place])
        mixed = [some.with_columns(some[name].gather(dice.permutation(some.height))) for _ in range(TIMES)]
        found[name] = float(np.mean([np.mean(np.abs(_expected(model, one, before) - said)) for one in mixed]))
    total = sum(found.values()) or 1.0
    rows = [{"column": name, "moved": one, "share": one / total} for name, one in found.items()]
    return pl.DataFrame(rows).sort("moved", "column", descending=[True, False])


def _expected(model: ValueModel, features: pl.DataFrame, so_far: Floats | None) -> Floats:
    return model.predict(features, so_far)["expected_value"].to_numpy()
