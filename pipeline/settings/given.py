"""The settings that a run was given, as its working directory keeps them."""

import json
from pathlib import Path

from data.paths import WORKDIR_MARK
from pipeline.remembered import as_json

FOLDER = "settings"
"""Beside the mark: a file a command, `{"folder": where it was given, "settings": the tree}`."""

STAGES = ("run", "evaluate", "rank", "actions", "value", "ltv")
"""The commands whose products a page shows."""


def settings_given(workdir: Path) -> str | None:
    """The settings of the latest of the commands, as the text that a configuration may be; null where none is kept."""
    files = [workdir / WORKDIR_MARK.parent / FOLDER / f"{stage}.json" for stage in STAGES]
    latest = max((file for file in files if file.is_file()), key=lambda file: file.stat().st_mtime_ns, default=None)
    if latest is None:
        return None
    try:
        return as_json(json.loads(latest.read_text())["settings"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # damaged: settings are then to be given
