"""Made-up customers whose future is known to depend on two features."""

import numpy as np
import polars as pl

from value.lifetime.rows import LifetimeRows

DAY = 86_400_000


def customers(count=900, seed=1, origins=1, unmatured=0.0):
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(count), origins)
    time = np.tile(np.arange(origins) * 30 * DAY, count)
    matrix = random.normal(size=(len(group), 3)).astype(np.float32)
    rate = np.exp(matrix[:, 0] - 1.5)
    steps = [random.poisson(rate * share) * random.lognormal(1 + matrix[:, 1] / 2, 0.5) for share in (0.5, 0.7)]
    short, long = np.cumsum(steps, axis=0)
    long[random.random(len(group)) < unmatured] = np.nan
    features = pl.DataFrame({name: matrix[:, place] for place, name in enumerate("abc")})
    told = {h: {"btyd": rate * share * np.e} for h, share in (("d30", 0.5), ("d60", 1.2))}
    known = {h: {"past_average": np.ones(len(group))} for h in ("d30", "d60")}
    return LifetimeRows(features, {"d30": short, "d60": long}, group, time, told, known)
