"""Rows of an ad platform's layout in small, and how they are described."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from features.local.settings import Beside, Local, TargetMeans
from features.rows.config import RowFeatures
from tests.features.nested.told import maps_of

HOUR = datetime(2025, 10, 1, 15)
CONFIG = RowFeatures(
    kinds={"*_hist": "histogram", "hour": "hour", "weekday": "weekday"},
    leave_out=("row_id", "revenue_d*"),
    own={"revenue_bundle": "bundle", "bundles": "bundle", "country_hist": "country", "last_bundle": "bundle"},
    local=Local(
        beside=Beside(by=("country",), of=("msrp__value", "revenue_bundle__sum"), fewest=4),
        target_means=TargetMeans(of=("country", "country*bundle"), statistics=("buys", "log"), prior_rows=3.0),
        interactions={"each": "revenue_bundle__sum / revenue_bundle__count"},
    ),
    folds=3,
)


def impressions(rows=60, seed=3, start=0):
    """(raw rows, targets of 7 and 28 days)."""
    rng = np.random.default_rng(seed)
    apps, lands = ["a", "b", "c"], ["DE", "FR", None]
    hours = [HOUR + timedelta(hours=start + 4 * (place // 7)) for place in range(rows)]

    def ago(hour):
        return {app: hour - timedelta(hours=int(rng.integers(-90, 900))) for app in apps if rng.random() < 0.5}

    money, last, hist, bundles = [], [], [], []
    for hour in hours:
        known = rng.random() < 0.6
        money.append({app: float(rng.lognormal()) for app in apps if rng.random() < 0.6} if known else None)
        last.append(ago(hour) if known else None)
        hist.append({land: int(rng.integers(0, 5)) for land in ("DE", "FR", "IT")} if rng.random() < 0.8 else None)
        bundles.append([app for app in apps if rng.random() < 0.5] if known else None)
    bought = rng.random(rows) < 0.4
    seven = np.where(bought, rng.lognormal(size=rows), 0.0)
    frame = pl.DataFrame(
        {
            "row_id": [f"r{start}-{place}" for place in range(rows)],
            "bundle": rng.choice(apps, rows).tolist(),
            "country": [lands[place] for place in rng.integers(0, 3, rows)],
            "hour": [hour.hour for hour in hours],
            "weekday": [hour.weekday() for hour in hours],
            "msrp": np.where(rng.random(rows) < 0.8, rng.integers(100, 900, rows), np.nan),
            "revenue_bundle": maps_of(*money),
            "last_bundle": maps_of(*last, value=pl.Datetime("us")),
            "country_hist": maps_of(*hist, value=pl.Int32),
            "bundles": pl.Series(bundles, dtype=pl.List(pl.String)),
            "revenue_d7": seven,
            "datetime": [hour.strftime("%Y-%m-%d-%H-%M") for hour in hours],
        }
    ).with_columns(pl.col("msrp").fill_nan(None))
    return frame, {"d7": seven, "d28": seven * 2}
