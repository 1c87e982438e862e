"""What anyone would say of a customer's future without a model."""

from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from data.fixed import as_money, money
from value.lifetime.purchases import Money
from value.lifetime.rows import horizon_name

Floats = npt.NDArray[np.float64]
DAY_MS = 86_400_000


def naive_answers(
    purchases: pl.DataFrame, users: pl.Series, origin: datetime, horizons: tuple[int, ...], of: Money
) -> dict[str, dict[str, Floats]]:
    """Naive answers at an origin, by horizon name and their own name.

    `all_zeros`; `past_average`: what the customer has brought, by the days since the first purchase (the horizon's at
    least), times the horizon's days; `past_stretch`: what came in as many days before the origin as the horizon has.

    Parameters
    ----------
    purchases
        PURCHASES as of the origin.
    users
        (n,) whose, each once.
    origin
        The moment.
    horizons
        In days.
    of
        The money that counts.
    """
    ago = (pl.lit(origin) - pl.col("ts")).dt.total_milliseconds() / DAY_MS
    brought = money(pl.col(of))
    stretches = {f"last_{days}": as_money(brought.filter(ago <= days).sum()) for days in horizons}
    past = purchases.group_by("user").agg(known=ago.max(), spend=as_money(brought.sum()), **stretches)
    rows = pl.DataFrame({"user": users}).join(past, on="user", how="left", validate="1:1", maintain_order="left")
    known, spend = (rows[name].fill_null(0.0).to_numpy() for name in ("known", "spend"))
    return {
        horizon_name(days): {
            "all_zeros": np.zeros(rows.height),
            "past_average": spend * days / np.maximum(known, days),
            "past_stretch": rows[f"last_{days}"].fill_null(0.0).to_numpy(),
        }
        for days in horizons
    }
