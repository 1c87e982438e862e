"""A page as one HTML file that needs nothing else, and its charts as pictures beside it."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from report.page import vega
from report.page.assets_held import ASSETS
from report.page.blocks import Block, Drawn, Headlines, Page, Prose, Section, Shown
from report.page.cells import SHORT, tabled
from report.page.palette import DARK, LIGHT
from report.page.specs import spec_of
from report.page.theme import look

NAME = re.compile(r"[a-z][a-z0-9-]*")
ITS_OWN = ("menu", "main", "theme", "looks")
"""Names in the page's own markup."""


def write_page(page: Page, html: Path, charts: Path) -> None:
    """Write a page, and every chart of it as SVG and PNG; the same page gives the same bytes.

    The file holds its style, its script, Vega and the charts' data: it opens from a disk or a mail, and its policy
    forbids it any address.

    Parameters
    ----------
    page
        Its names of sections are distinct, and so are those of its charts.
    html
        The file; its folder is made where it is absent.
    charts
        The folder of `<name>.svg` and `<name>.png`, likewise.

    Raises
    ------
    ValueError
        If a name stands twice, or is not made of small letters, digits and hyphens.
    """
    drawn = [block for section in page.sections for block in section.blocks if isinstance(block, Drawn)]
    _check([*ITS_OWN, *(section.name for section in page.sections)], "section")
    _check([block.name for block in drawn], "chart")
    specs = {block.name: spec_of(block.chart, block.described) for block in drawn}
    html.parent.mkdir(parents=True, exist_ok=True)
    html.write_text(rendered(page, specs), encoding="utf-8")
    charts.mkdir(parents=True, exist_ok=True)
    for name, spec in specs.items():
        vega.draw(spec, charts, name)


def rendered(page: Page, specs: dict[str, dict[str, Any]]) -> str:
    """Give a page's HTML, with charts' specifications by name."""
    return _template().render(
        page=page,
        sections=[(section, list(_grouped(section))) for section in page.sections],
        specs={name: _inside(spec) for name, spec in specs.items()},
        looks=_inside({"light": look(LIGHT), "dark": look(DARK)}),
        light=LIGHT,
        dark=DARK,
        vega=Markup(vega.script()) if specs else "",
        tabled=tabled,
    )


def _grouped(section: Section) -> Iterator[tuple[str, Sequence[Block]]]:
    """Give a section's blocks by kind; charts that follow each other stand side by side where there is room."""
    kinds = {Prose: "prose", Headlines: "headlines", Shown: "shown", Drawn: "drawn"}
    for kind, blocks in groupby(section.blocks, key=type):
        yield kinds[kind], list(blocks)


@cache
def _template() -> Template:
    loader = FileSystemLoader(ASSETS)
    room = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    room.filters["breakable"] = _breakable
    return room.get_template("page.html.jinja")


def _breakable(text: str) -> Markup:
    """Let long names such as `item_trend__recent_7` go over two lines where their words end."""
    return escape(text).replace("_", Markup("_<wbr>")) if len(text) > SHORT else escape(text)


def _inside(held: dict[str, Any]) -> Markup:
    """Write JSON that can stand inside a script element: no `<` of a log's own words ends it."""
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _check(names: Sequence[str], what: str) -> None:
    for name in names:
        if not NAME.fullmatch(name):
            raise ValueError(f"a {what}'s `name` is made of small letters, digits and hyphens, got {name!r}.")
        if names.count(name) > 1:
            raise ValueError(f"a {what}'s `name` stands once a page, got {name!r} twice or more.")
