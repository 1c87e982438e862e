"""Vega as Aisle uses it: its script for pages, and charts drawn to files without a browser or a network."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert
from markupsafe import escape

from report.page.palette import LIGHT
from report.page.theme import look

WIDTH = 640
VERSION = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])


@cache
def script() -> str:
    """Give Vega, Vega-Lite and Vega-Embed as one script that sets `vegaEmbed`; some seconds once a process."""
    bundled = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VERSION)
    return bundled.replace("</script", "<\\/script")


def draw(spec: dict[str, Any], folder: Path, name: str) -> None:
    """Write a chart in light colours as `name.svg` and `name.png` (two pixels a point) into a folder."""
    if spec.get("width") == "container":
        spec = {**spec, "width": WIDTH}
    config = {**look(LIGHT), "background": LIGHT.surface}
    svg = _told(vl_convert.vegalite_to_svg(spec, vl_version=VERSION, config=config, allowed_base_urls=[]), spec)
    (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    (folder / f"{name}.png").write_bytes(vl_convert.svg_to_png(svg, scale=2))


def _told(svg: str, spec: dict[str, Any]) -> str:
    """Describe a picture for who cannot see it, and number its parts anew: Vega counts them on from chart to chart."""
    parts = {name: f"part-{at}" for at, name in enumerate(dict.fromkeys(re.findall(r' id="([^"]+)"', svg)))}
    numbered = re.sub(r'( id="|url\(#)([^")]+)', lambda found: found[1] + parts.get(found[2], found[2]), svg)
    return numbered.replace("<svg ", f'<svg role="img" aria-label="{escape(spec["description"])}" ', 1)
