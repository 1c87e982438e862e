"""What a run was made with: settings that are not the defaults, and versions."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Prose, Section, Shown


def settings_section(
    changed: Mapping[str, Any], versions: Mapping[str, str], warnings: list[Mapping[str, Any]]
) -> Section:
    """Settings and versions.

    Parameters
    ----------
    changed
        By dotted name, what differs from the defaults.
    versions
        Of libraries, by name.
    warnings
        What looked wrong in the log and the folds, as in metrics.json.
    """
    texts = {"setting": pl.String, "value": pl.String}
    rows = pl.DataFrame([(name, _told(value)) for name, value in changed.items()], schema=texts, orient="row")
    named = pl.DataFrame(list(versions.items()), schema={"library": pl.String, "version": pl.String}, orient="row")
    blocks: list[Block] = [Prose(str(one["said"])) for one in warnings]
    blocks += [Shown(rows, "Settings that are not the defaults."), Shown(named, "Versions that the results come from.")]
    return Section("settings", "Settings and versions", blocks)


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
