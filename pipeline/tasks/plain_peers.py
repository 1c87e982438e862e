"""What anyone would do: well-known single models on plain features, learnt on the same rows and judged beside ours."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from data.labelled.config import Labelled
from data.tables import read_json
from features.rows.config import RowFeatures
from features.rows.describer import RowDescriber
from learning.boosting import Boosting
from pipeline.store.task import Artifact
from pipeline.tasks.lifetime import NAIVE
from pipeline.tasks.rows_of_table import TaughtRows
from value.money.chance import rows_of
from value.money.frame import Frame
from value.money.methods import Methods, build
from value.money.model_files import load_method, save_method
from value.money.out_of_fold import PART, columns_of_method, fit_method

PLAIN = "plain_"
PEERS = {"l2": ("l2", 1.5), "tweedie_1.3": ("tweedie", 1.3), "tweedie_1.6": ("tweedie", 1.6)}
PEERS |= {"log1p": ("log1p", 1.5), "hurdle": ("hurdle", 1.5)}
"""By name: the method, and its Tweedie power."""


@dataclass(frozen=True)
class PlainPeers:
    """A file a (horizon, peer) and describer/: LightGBM under five losses, on counts, sums, means and the like.

    Parameters
    ----------
    rows
        `LabelledRows`.
    table
        How they are laid out, without its windows.
    features
        How they are described, of which kinds, keys and what is left out count here.
    group
        The column whose rows stay together.
    boosting
        How trees are grown: as ours.
    """

    rows: Artifact
    table: Labelled
    features: RowFeatures
    group: str | None
    boosting: Boosting

    def __call__(self, into: Path) -> dict[str, Any]:
        """Learn and write them."""
        taught = TaughtRows.of(self.rows, self.table, self.features, self.group)
        taught.describer.save(into / "describer")
        matrix = Frame.of(taught.features, anchored=False)(taught.features, None)
        for horizon, target in taught.targets.items():
            known = ~np.isnan(target)
            for name, (method, power) in PEERS.items():
                made = build(method, Methods(power=power, boosting=self.boosting), anchored=False)
                fitted = fit_method(made, rows_of(matrix, known), target[known], taught.groups[known])
                save_method(fitted, into / f"{horizon}.{name}.skops")
        (into / "peers.json").write_text(json.dumps({"horizons": list(taught.targets), "peers": list(PEERS)}) + "\n")
        return {"rows": taught.frame.height, "features": taught.features.width}


def answers_of_peers(folder: Path, frame: pl.DataFrame) -> pl.DataFrame:
    """What peers say of raw rows, as `<horizon>__naive__plain_<peer>`, logarithmic outputs as `..._log`."""
    features = RowDescriber.load(folder / "describer").describe(frame)
    matrix = Frame.of(features, anchored=False)(features, None)
    told, found = read_json(folder / "peers.json"), {}
    for horizon in told["horizons"]:
        for name in told["peers"]:
            fitted = load_method(folder / f"{horizon}.{name}.skops")
            for column, said in columns_of_method(f"{PLAIN}{name}", fitted, matrix).items():
                if not column.endswith((f"{PART}p", f"{PART}direct")):
                    found[f"{horizon}{PART}{NAIVE}{column.replace(PART, '_')}"] = said
    return pl.DataFrame(found)
