"""Small makers of charts: a frame and its columns in, an Altair chart without colours of its own out."""

from collections.abc import Mapping
from typing import Any, Literal

import altair as alt
import polars as pl

from report.page.blocks import Format
from report.page.encoding import ORDER, Frame, light
from report.page.theme import INTERVAL, REFERENCE

Chart = alt.Chart | alt.LayerChart
Scale = Literal["linear", "log", "sqrt"]
FEW = 2  # points of a line that are drawn, too


def bars(
    frame: pl.DataFrame,
    x: str,
    y: str,
    *,
    color: str | None = None,
    low: str | None = None,
    high: str | None = None,
    formats: Mapping[str, Format] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Chart:
    """Draw bars, lying where `y` names them and `x` is their length; in the frame's order.

    Parameters
    ----------
    frame
        A row a bar.
    x, y
        One names the bars, the other is their length; where both are numbers, `x` names them.
    color
        Bars of one name stand side by side by this column.
    low, high
        The ends of an interval around the length.
    formats, titles
        By column: how axes and tooltips write it, and what it is called.
    """
    of = Frame(frame, formats, titles).named(x, y)
    lying = of.kind(x) == "quantitative" and of.kind(y) == "nominal"
    name, length = (y, x) if lying else (x, y)
    shown: dict[str, Any] = _placed(lying, of.band(name, not lying), of.field(length))
    if color:
        beside = {**of.plain(color), "sort": None}
        shown |= {"yOffset": alt.YOffset(**beside)} if lying else {"xOffset": alt.XOffset(**beside)}
    tip = of.tips(name, length, color, low, high)
    drawn = of.chart(f"Bars of {of.title(length)} by {of.title(name)}.", y if lying else None, color)
    mark = drawn.mark_bar(opacity=0.75 if low else 1.0)
    made: alt.Chart = mark.encode(**shown, **of.colored(color), tooltip=tip)
    if not (low and high):
        return made
    ends = {"x": alt.X(**of.field(low, length)), "x2": of.escaped(high)}
    if not lying:
        ends = {"y": alt.Y(**of.field(low, length)), "y2": of.escaped(high)}
    return alt.LayerChart(layer=[made, drawn.mark_rule(style=INTERVAL).encode(**{**shown, **ends}, tooltip=tip)])


def stacked(
    frame: pl.DataFrame,
    x: str,
    y: str,
    color: str,
    *,
    shares: bool = False,
    formats: Mapping[str, Format] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Chart:
    """Draw bars made of parts, a row a part, in their order; with `shares` every bar is a whole."""
    of = Frame(frame, formats, titles).named(x, y).ordered(color)
    lying = of.kind(x) == "quantitative" and of.kind(y) == "nominal"
    name, length = (y, x) if lying else (x, y)
    stack: dict[str, Any] = {"stack": "normalize" if shares else "zero"}
    axis = {"axis": alt.Axis(format=".0%")} if shares else {}
    shown = _placed(lying, of.band(name, not lying), {**of.field(length), **stack, **axis})
    described = f"Stacked bars of {of.title(length)} by {of.title(name)}, parts by {of.title(color)}."
    drawn = of.chart(described, y if lying else None).mark_bar()
    colored, order = of.colored(color), alt.Order(field=ORDER, type="quantitative")
    made: alt.Chart = drawn.encode(**shown, **colored, order=order, tooltip=of.tips(name, length, color))
    return made


def lines(
    frame: pl.DataFrame,
    x: str,
    y: str,
    *,
    color: str | None = None,
    points: bool = False,
    diagonal: bool = False,
    x_scale: Scale = "linear",
    y_scale: Scale = "linear",
    formats: Mapping[str, Format] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Chart:
    """Draw a line, or one for each value of `color`; `diagonal` adds where `y` equals `x`."""
    of = Frame(frame, formats, titles)
    zero = diagonal and of.range(x, y)[0] <= 0  # where the diagonal begins, a log scale of either axis has no place
    shown = {"x": alt.X(**of.field(x, scale=x_scale, zero=zero)), "y": alt.Y(**of.field(y, scale=y_scale, zero=zero))}
    drawn = of.chart(f"Lines of {of.title(y)} over {of.title(x)}.")
    few = frame[x].n_unique() <= FEW  # of one moment there is no line
    made = drawn.mark_line(point=points or few).encode(**shown, **of.colored(color), tooltip=of.tips(x, y, color))
    return alt.LayerChart(layer=[_diagonal(of, x, y), made]) if diagonal else made


def curve_with_band(
    frame: pl.DataFrame,
    x: str,
    y: str,
    low: str,
    high: str,
    *,
    color: str | None = None,
    formats: Mapping[str, Format] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Chart:
    """Draw a line inside the band from `low` to `high`, such as an interval."""
    of = Frame(frame, formats, titles)
    drawn = of.chart(f"A line of {of.title(y)} over {of.title(x)}, with a band.")
    across = alt.X(**of.field(x))
    tip = of.tips(x, y, low, high, color)
    band = drawn.mark_area(opacity=0.25).encode(
        across, alt.Y(**of.field(low, y)), y2=of.escaped(high), **of.colored(color)
    )
    line = drawn.mark_line().encode(across, alt.Y(**of.field(y)), **of.colored(color), tooltip=tip)
    return alt.LayerChart(layer=[band, line])


def heat(
    frame: pl.DataFrame,
    x: str,
    y: str,
    value: str,
    *,
    diverging: bool = False,
    formats: Mapping[str, Format] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Chart:
    """Draw a cell a row, the stronger the more; with `diverging` around zero."""
    of = Frame(frame, formats, titles).named(x, y)
    scale = alt.Scale(range="diverging", domainMid=0, interpolate="rgb") if diverging else alt.Scale(range="heatmap")
    drawn = of.chart(f"A heat map of {of.title(value)} by {of.title(x)} and {of.title(y)}.", y).mark_rect()
    shade = alt.Color(**of.plain(value), scale=scale, legend=alt.Legend(format=of.d3(value), gradientLength=200))
    places = _placed(False, of.band(x), of.band(y, below=False))
    made: alt.Chart = drawn.encode(**places, color=shade, tooltip=of.tips(x, y, value))
    return made


def histogram(
    frame: pl.DataFrame,
    low: str,
    high: str,
    count: str,
    *,
    color: str | None = None,
    x_scale: Scale = "linear",
    y_scale: Scale = "linear",
    formats: Mapping[str, Format] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Chart:
    """Draw bins counted before: a row a bin, from `low` to `high`."""
    of = Frame(frame, formats, titles)
    drawn = of.chart(f"A histogram: {of.title(count)} by {of.title(low)}.")
    mark = drawn.mark_bar(opacity=0.6 if color else 1.0)
    tip = of.tips(low, high, count, color)
    across, along = alt.X(**of.field(low, scale=x_scale)), alt.Y(**of.field(count, scale=y_scale, zero=True))
    floor = alt.Y2Datum(0)
    made: alt.Chart = mark.encode(across, along, x2=of.escaped(high), y2=floor, **of.colored(color), tooltip=tip)
    return made


def scatter(
    frame: pl.DataFrame,
    x: str,
    y: str,
    *,
    color: str | None = None,
    size: str | None = None,
    named: str | None = None,
    diagonal: bool = False,
    x_scale: Scale = "linear",
    y_scale: Scale = "linear",
    formats: Mapping[str, Format] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Chart:
    """Draw a point a row; tooltips begin with the column `named`, and `diagonal` adds where `y` equals `x`."""
    of = Frame(frame, formats, titles)
    zero = diagonal and of.range(x, y)[0] <= 0
    across, along = of.field(x, scale=x_scale, zero=zero), of.field(y, scale=y_scale, zero=zero)
    shown: dict[str, Any] = {"x": alt.X(**across), "y": alt.Y(**along)}
    if size:
        shown["size"] = alt.Size(**of.plain(size))
    made = of.chart(f"Points of {of.title(y)} against {of.title(x)}.").mark_point(filled=True, opacity=0.6)
    made = made.encode(**shown, **of.colored(color), tooltip=of.tips(named, x, y, size, color))
    return alt.LayerChart(layer=[_diagonal(of, x, y), made]) if diagonal else made


def _diagonal(of: Frame, x: str, y: str) -> alt.Chart:
    least, most = of.range(x, y)
    ends = pl.DataFrame({x: [least, most], y: [least, most]})
    drawn = alt.Chart(light(ends)).mark_line(style=REFERENCE)
    made: alt.Chart = drawn.encode(**_placed(False, of.plain(x), of.plain(y)))
    return made


def _placed(lying: bool, name: dict[str, Any], length: dict[str, Any]) -> dict[str, Any]:
    """Give the two positions, turned where bars lie."""
    return {"x": alt.X(**length), "y": alt.Y(**name)} if lying else {"x": alt.X(**name), "y": alt.Y(**length)}
