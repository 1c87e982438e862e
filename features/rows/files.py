"""A describer of rows on disk: what people may read as JSON, tables as parquet, digests that tell of any change."""

import hashlib
import json
import types
import typing
from dataclasses import asdict, fields, is_dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from data.errors import AisleError
from data.sound import opening
from features.local.levels import Levels
from features.local.settings import Local
from features.nested.source import Source
from features.rows.config import RowFeatures
from features.rows.describer import RowDescriber

DESCRIBER, LEVELS, COLUMNS = "describer.json", "levels.parquet", "columns.parquet"
VERSION = 1
T = TypeVar("T")


def save(describer: RowDescriber, folder: Path) -> None:
    """Write a describer; see `RowDescriber.save`."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {LEVELS: describer.levels.table(), COLUMNS: describer.columns}
    tables |= {f"{name}.parquet": one.table for name, one in describer.learnt.items() if one.table.width}
    for name, table in tables.items():
        table.write_parquet(folder / name)
    told = {
        "version": VERSION,
        "config": asdict(describer.config),
        "sources": [asdict(source) for source in describer.sources],
        "names": list(describer.names),
        "local": asdict(describer.local),
        "files": {name: _digest((folder / name).read_bytes()) for name in tables},
    }
    told = json.loads(json.dumps(told))
    (folder / DESCRIBER).write_text(json.dumps(told | {"seal": _seal(told)}, indent=1) + "\n")


def load(folder: Path) -> RowDescriber:
    """Read a describer; see `RowDescriber.load`."""
    told = _read_json(folder / DESCRIBER)
    with opening(folder):
        tables = {name: _read_table(folder / name, digest) for name, digest in told["files"].items()}
        config, local = _built(RowFeatures, told["config"]), _built(Local, told["local"])
        levels = Levels.of_table(tables[LEVELS])
        learnt = {
            group.name: group.read(tables.get(f"{group.name}.parquet", pl.DataFrame()), levels, local)
            for group in config.local_groups
        }
        sources = tuple(_built(Source, source) for source in told["sources"])
        return RowDescriber(config, sources, tuple(told["names"]), local, levels, learnt, tables[COLUMNS])


def _read_json(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes())
        seal = told.pop("seal")
    except FileNotFoundError:
        raise AisleError(f"{path}: there is no such file, so that this is no folder of a describer of rows.") from None
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise AisleError(f"{path}: the file is damaged; learn again, which writes it anew.") from None
    if seal != _seal(told):
        raise AisleError(f"{path}: the file is not as it was written; learn again with the settings that you want.")
    if told["version"] != VERSION:
        raise AisleError(f"{path}: the file has version {told['version']}, of {VERSION}; learn again.")
    return dict(told)


def _read_table(path: Path, digest: str) -> pl.DataFrame:
    try:
        held = path.read_bytes()
    except OSError as error:
        raise AisleError(f"{path}: {error.strerror or 'cannot be read'}; learn again, which writes it anew.") from None
    if _digest(held) != digest:
        raise AisleError(f"{path}: the file is not as it was written; learn again, which writes it anew.")
    return pl.read_parquet(BytesIO(held), glob=False)


def _digest(held: bytes) -> str:
    return hashlib.sha256(held).hexdigest()


def _seal(told: dict[str, Any]) -> str:
    return _digest(json.dumps(told, sort_keys=True).encode())


def _built(kind: type[T], told: dict[str, Any]) -> T:
    """A dataclass of what `asdict` and JSON have made of it."""
    hints = typing.get_type_hints(kind)
    return kind(**{one.name: _value(hints[one.name], told[one.name]) for one in fields(kind)})  # type: ignore[arg-type]


def _value(hint: Any, told: Any) -> Any:  # noqa: ANN401 - of any field's type
    if is_dataclass(hint):
        return _built(hint, told)  # type: ignore[arg-type]
    is_tuple = typing.get_origin(hint) is tuple
    return tuple(told) if is_tuple and not isinstance(hint, types.UnionType) else told
