"""What a command has come to, as `--json` tells it: one object, the same for every command."""

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Any

from pipeline.store.watching import Made


@dataclass
class Outcome:
    """What is gathered while a command works.

    Parameters
    ----------
    command
        Its name.
    result
        What is its own: measures, counts, rows.
    error
        The one line of what has ended it; null where it is done.
    """

    command: str
    result: object = None
    error: str | None = None
    workdir: Path | None = None
    warnings: list[str] = field(default_factory=list)
    made: dict[str, Made] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def text(self, code: int) -> str:
        """The object, in one line.

        Parameters
        ----------
        code
            The command's exit code.
        """
        told = {
            "command": self.command,
            "exit_code": code,
            "error": self.error,
            "seconds": round(time.monotonic() - self.began, 3),
            "workdir": self.workdir,
            "warnings": self.warnings,
            "products": [_product(made) for made in self.made.values()],
            "files": list(dict.fromkeys(self.files)),
            "result": self.result,
        }
        return json.dumps(plain(told), ensure_ascii=False, allow_nan=False)


def _product(made: Made) -> dict[str, Any]:
    told = made.manifest
    return {
        "name": made.name,
        "built": made.built,
        "seconds": told["seconds"],
        "peak_memory_mib": told["peak_memory_mib"],
        "bytes": sum(file["bytes"] for file in told["files"].values()),
        "counts": {name: value for name, value in told["about"].items() if isinstance(value, int)},
    }


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A value as JSON holds it: no number that is none, names for keys, text for what it does not know."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): plain(held) for name, held in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [plain(held) for held in value]
    return str(value)
