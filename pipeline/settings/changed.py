"""Which settings of a configuration are not the defaults."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from data.durations import write_duration
from data.synthetic import SyntheticShop
from pipeline.settings.config import Config, Input

LEFT_OUT = ("against", "explain")
"""What is asked, and changes no result."""


def changed_settings(config: Config) -> dict[str, Any]:
    """By dotted name, what differs from the defaults; sorted."""
    usual = dict(_leaves(asdict(Config(input=Input(synthetic=SyntheticShop())))))
    given = dict(_leaves(asdict(config)))
    if config.train is not None:
        given = {name: value for name, value in given.items() if not name.startswith("input.synthetic")}
    found = {name: value for name, value in given.items() if name not in LEFT_OUT and value != usual.get(name)}
    return dict(sorted(found.items()))


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, held in tree.items():
        if isinstance(held, Mapping) and held:
            yield from _leaves(held, f"{above}{name}.")
        else:
            yield f"{above}{name}", _written(held)


def _written(value: Any) -> Any:  # noqa: ANN401 - of each setting's own type
    """A setting's value as it is written in YAML: durations and times as texts, lists of them too."""
    if isinstance(value, timedelta):
        return write_duration(value)
    if isinstance(value, date):
        return value.isoformat()
    return [_written(one) for one in value] if isinstance(value, list | tuple) else value
