"""The columns that tell what happened afterwards: labels, never features."""

import numpy as np
import pyarrow as pa

from data.synthetic.inapp.ragged import Arrow, Bools, Floats
from data.synthetic.inapp.truth import Outcomes
from data.synthetic.inapp.users import Users

LABELS = (
    "buyer_d1", "buyer_d7", "buyer_d14", "buyer_d28", "buy_d7", "buy_d14", "buy_d28",
    "iap_revenue_d7", "iap_revenue_d14", "iap_revenue_d28", "registration",
    "retention_d1_to_d7", "retention_d3_to_d7", "retention_d7_to_d14", "retention_d1", "retention_d3", "retentiond7",
)  # fmt: skip
"""All of them, in the order of a file's columns."""


def label_columns(users: Users, outcomes: Outcomes, rng: np.random.Generator) -> dict[str, Arrow]:
    """All labels, by name: flags as whole numbers, money as dollars."""
    flags: dict[str, Bools] = {f"buyer_d{day}": buyer for day, buyer in outcomes.buyer.items()}
    counts = {f"buy_d{day}": pa.array(count) for day, count in outcomes.bought.items()}
    money = {f"iap_revenue_d{day}": pa.array(revenue) for day, revenue in outcomes.revenue.items()}
    stays = 0.6 * users.activity + 0.8 * outcomes.buyer[7]
    flags["registration"] = _happens(stays - 1.2, rng)
    for name, odds in {"retention_d1": -0.6, "retention_d3": -1.2, "retentiond7": -1.8}.items():
        flags[name] = _happens(stays + odds, rng)
    for name, odds in {"retention_d1_to_d7": -0.2, "retention_d3_to_d7": -0.6, "retention_d7_to_d14": -1.5}.items():
        flags[name] = _happens(stays + odds, rng)
    found = counts | money | {name: pa.array(np.asarray(flag, np.int32)) for name, flag in flags.items()}
    return {name: found[name] for name in LABELS}


def _happens(odds: Floats, rng: np.random.Generator) -> Bools:
    return np.asarray(rng.random(len(odds)) < 1 / (1 + np.exp(-odds)))
