"""What a page is made of: sections of blocks, as data, before anything is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

Format = Literal["text", "count", "number", "mixed", "share", "money", "seconds", "bytes"]


@dataclass(frozen=True)
class Prose:
    """A paragraph.

    Parameters
    ----------
    text
        Plain text; never markup, since a log's own words may stand in it.
    """

    text: str


@dataclass(frozen=True)
class Headline:
    """A number that is read first.

    Parameters
    ----------
    label, value
        What it is, and how it is written.
    beside
        What it is to be compared with, such as a baseline and an interval.
    source
        Where the same number stands in a metrics file, as `ranking.orders.recall@20`; empty if nowhere.
    """

    label: str
    value: str
    beside: str = ""
    source: str = ""


@dataclass(frozen=True)
class Headlines:
    """Numbers side by side."""

    numbers: tuple[Headline, ...]


@dataclass(frozen=True)
class Shown:
    """A table.

    Parameters
    ----------
    rows
        As they stand.
    caption
        What it tells.
    formats
        By column; others by their type.
    best
        Columns whose best value is marked, with whether more is better.
    """

    rows: pl.DataFrame
    caption: str
    formats: Mapping[str, Format] = field(default_factory=dict)
    best: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawn:
    """A chart.

    Parameters
    ----------
    name
        Of its files, `report/<name>.svg` and `.png`; once a page.
    chart
        An altair chart over some thousand rows at most.
    caption
        What it tells, in a sentence.
    described
        The same for who cannot see it: the axes, and what stands out.
    """

    name: str
    chart: Any
    caption: str
    described: str


Block = Prose | Headlines | Shown | Drawn


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Parameters
    ----------
    name
        In its address: small letters and hyphens.
    title
        For people.
    blocks
        In their order.
    """

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """A page.

    Parameters
    ----------
    title, about
        What it is, and a sentence under it.
    sections
        In their order.
    """

    title: str
    about: str
    sections: Sequence[Section]
