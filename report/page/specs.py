"""A chart as data: its Vega-Lite specification, the same bytes whenever it is made, without a look of its own."""

import re
from typing import Any

import altair as alt

COMPOSED = ("hconcat", "vconcat", "concat", "facet", "repeat")
FACETS = ("row", "column", "facet")


def spec_of(chart: alt.TopLevelMixin, described: str) -> dict[str, Any]:
    """Give a chart's specification: described for who cannot see it, as wide as what holds it where that can be.

    Altair numbers the parameters of a process as they are made; they are numbered anew, so that a chart is the same
    whatever was drawn before it.
    """
    with alt.theme.enable("none"):
        spec: dict[str, Any] = chart.to_dict()
    own = next((part["description"] for part in (spec, *spec.get("layer", [])) if "description" in part), "")
    spec["description"] = described or own
    if "width" not in spec and not _composed(spec):
        spec["width"] = "container"
    if spec.get("width") == "container":
        spec.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    return _numbered(spec)


def _composed(spec: dict[str, Any]) -> bool:
    facets = any(channel in spec.get("encoding", {}) for channel in FACETS)
    return facets or any(key in spec for key in COMPOSED)


def _numbered(spec: dict[str, Any]) -> dict[str, Any]:
    names = {name: f"{name.partition('_')[0]}_of_chart_{at}" for at, name in enumerate(_declared(spec))}
    return {key: held if key == "datasets" else _renamed(held, names) for key, held in spec.items()} if names else spec


def _declared(held: object) -> list[str]:
    """List the names that Altair made up for views and parameters, in the order of the specification."""
    if isinstance(held, list):
        return list(dict.fromkeys(name for one in held for name in _declared(one)))
    if not isinstance(held, dict):
        return []
    own = [held["name"]] if re.fullmatch(r"(param|view)_\d+", str(held.get("name"))) else []
    return list(
        dict.fromkeys(own + [name for key, one in held.items() if key != "datasets" for name in _declared(one)])
    )


def _renamed(held: object, names: dict[str, str]) -> object:
    if isinstance(held, dict):
        return {key: _renamed(one, names) for key, one in held.items()}
    if isinstance(held, list):
        return [_renamed(one, names) for one in held]
    if isinstance(held, str):
        return re.sub(r"\b(param|view)_\d+", lambda found: names.get(found[0], found[0]), held)
    return held
