"""A search for a ranker's settings."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from data.aside import ASIDE
from data.tables import read_json, scan
from learning.study import Search
from pipeline.store.identity import identity_of, made_from
from pipeline.store.task import Artifact
from ranker.lambdarank import LambdaRank
from ranker.tuning import tune, with_settings


@dataclass(frozen=True)
class TunedSettings:
    """tuned.json: what was found, beside the defaults (see `ranker.tuning.tune`).

    Parameters
    ----------
    rows
        The training rows.
    objective
        A type, or `shared`.
    ranker, search
        The given settings, and how others are tried.
    storage
        The file of studies, which outlives the artifact: more trials of the same rows go on where the last ended.
    """

    rows: Artifact
    objective: str
    ranker: LambdaRank
    search: Search
    storage: Path = field(metadata=ASIDE)

    @property
    def study(self) -> str:
        """The study's name: the identity of all that its trials depend on, whatever their number."""
        return identity_of(made_from(replace(self, search=replace(self.search, trials=1))))

    def __call__(self, into: Path) -> dict[str, Any]:
        """Search, and write what was found."""
        rows = scan(self.rows.path / "rows")
        tuned = tune(rows, self.objective, self.ranker, self.search, self.storage, self.study)
        (into / "tuned.json").write_text(json.dumps(tuned.about, indent=1) + "\n")
        return {"trials": tuned.about["trials"], "kept": tuned.about["kept"]}


def tuned_ranker(folder: Path, ranker: LambdaRank) -> LambdaRank:
    """The configuration that tuned.json has kept."""
    about = read_json(folder / "tuned.json")
    return ranker if about["kept"].startswith("defaults") else with_settings(ranker, about["settings"])
