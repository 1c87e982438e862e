"""A stored lifetime model of a log's customers, asked about those of a longer log, or of another one of its layout."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from data.durations import write_duration
from data.sound import need, opening
from pipeline.plans.asked_customers import AskedCustomers
from pipeline.plans.stored_file import LEARN, read_stored, stored_parts
from pipeline.settings.building import build
from pipeline.settings.config import Config
from pipeline.settings.document import read_document
from pipeline.settings.reading import Reader
from pipeline.store.task import Artifact
from pipeline.tasks.stored_customers import StoredCustomers
from pipeline.tasks.stored_lifetimes import KIND, OF_CUSTOMERS, STORED

WITHOUT = ("table", "gates", "origins", "chunk_size", "synthetic", "partition", "partition_format", "window")
"""Settings of the log and of lifetime value that a question has its own of, or none."""


@dataclass(frozen=True)
class CustomerModel:
    """What `StoredCustomers` has written, opened.

    Parameters
    ----------
    model
        `LearntLifetimes`.
    origin
        By when it knew what it has learnt from.
    groups
        What describes customers, by name.
    settings
        How logs are read and customers described; `train` is not a log yet.
    """

    model: Artifact
    origin: datetime
    groups: tuple[str, ...]
    settings: Config

    @classmethod
    def open(cls, workdir: Path) -> "CustomerModel":
        """Open a working directory's model.

        Raises
        ------
        AisleError
            If it has none, or it is damaged.
        """
        kept, file = read_stored(workdir), workdir / STORED
        with opening(file, LEARN):
            need(kept[KIND] == OF_CUSTOMERS, "it is of no log")
            text = json.dumps(kept["settings"] | {"train": STORED, "workdir": str(workdir)}, ensure_ascii=False)
            settings = build(Config, Reader(Config, str(file)).read(read_document(text, str(file))))
            groups, origin = tuple(map(str, kept["groups"])), datetime.fromisoformat(kept["origin"])
        return cls(stored_parts(kept, ("model",), workdir)["model"], origin, groups, settings)

    def reading(self, log: str, at: datetime | None) -> Config:
        """The configuration of another log.

        Parameters
        ----------
        log
            Its files, as a setting names them.
        at
            The moment of the question, after which nothing decides what is read of what came before; null for its end.
        """
        folds = self.settings.folds
        return replace(
            self.settings, train=log, folds=folds if at is None else replace(folds, valid_start=at, test_start=at)
        )


def stored_customers(plan: AskedCustomers, config: Config, drawn: bool, output: Path) -> StoredCustomers:
    """What keeps the model of a plan's latest scored origin.

    Parameters
    ----------
    plan
        The plan.
    config
        Its configuration.
    drawn
        Whether events of one moment were put into a drawn order.
    output
        Where it is published.
    """
    asked = plan.customers.asked[-1]
    groups = tuple(group.name for group in plan.customers.groups)
    return StoredCustomers(plan.models[asked.name], asked.at, groups, settings_of(config, drawn), output)


def settings_of(config: Config, drawn: bool) -> Mapping[str, Any]:
    """How a log is read and its customers are described, as a tree of settings that json holds."""
    read, told = asdict(config.input), asdict(config.ltv)
    quality = read["quality"] | {"same_moment": "hash" if drawn else "file"}
    ltv = {name: held for name, held in told.items() if name not in WITHOUT}
    settings: Mapping[str, Any] = _plain(
        {
            "input": {name: held for name, held in read.items() if name not in WITHOUT} | {"quality": quality},
            "folds": asdict(config.folds),
            "ltv": ltv | {"origins": {"within": config.ltv.origins.within}},
            "shards": config.shards,
        }
    )
    return settings


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever json holds
    if isinstance(value, Mapping):
        return {name: _plain(held) for name, held in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(held) for held in value]
    if isinstance(value, timedelta):
        return write_duration(value)
    return value.isoformat() if isinstance(value, datetime) else value
