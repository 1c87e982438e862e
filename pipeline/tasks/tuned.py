"""A search for a ranker's settings as an artifact."""

import hashlib
import json
from pathlib import Path
from typing import Any

from data.tables import read_json, scan
from learning.study import Search
from pipeline.store.store import code_hash
from ranker.lambdarank import LambdaRank
from ranker.tuning import tune, with_settings


def study_name(rows: str, how: LambdaRank, search: Search) -> str:
    """A study's name: the fingerprint of all that its trials depend on, whatever their number.

    Parameters
    ----------
    rows
        The training rows' own fingerprint.
    how
        The given settings.
    search
        The search.
    """
    fixed = (search.sampler, search.steps, search.prune, search.seed)
    return hashlib.sha256(repr((rows, how, fixed, code_hash(__name__))).encode()).hexdigest()


def build_tuned(
    into: Path, *, rows: Path, objective: str, how: LambdaRank, search: Search, storage: Path, study: str
) -> dict[str, Any]:
    """Write tuned.json: what was found, beside the defaults (see `ranker.tuning.tune`)."""
    tuned = tune(scan(rows / "rows"), objective, how, search, storage, study)
    (into / "tuned.json").write_text(json.dumps(tuned.about, indent=1) + "\n")
    return {"trials": tuned.about["trials"], "kept": tuned.about["kept"]}


def tuned_how(folder: Path, how: LambdaRank) -> LambdaRank:
    """The configuration that tuned.json has kept."""
    about = read_json(folder / "tuned.json")
    return how if about["kept"].startswith("defaults") else with_settings(how, about["settings"])
