"""How charts look: everything that a chart leaves open, in light and dark, so that none sets a colour by hand."""

from typing import Any

import altair as alt

from report.page.palette import LIGHT, Palette

FONT = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', 'DejaVu Sans', sans-serif"
REFERENCE, INTERVAL = "reference", "interval"


def look(palette: Palette) -> dict[str, Any]:
    """Give Vega-Lite's `config` in a palette's colours.

    A mark of the style `REFERENCE` is a dashed line in the colour of muted text, for a diagonal or a baseline. One of
    the style `INTERVAL` is a line in the text's colour.
    """
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None, "continuousWidth": 640, "continuousHeight": 280, "discreteHeight": {"step": 22}},
        "axis": _axis(palette),
        "axisX": {"grid": False, "labelSeparation": 6},
        "legend": _legend(palette),
        "header": {"labelColor": palette.text, "titleColor": palette.muted, "labelFontSize": 12, "titleFontSize": 12},
        "title": {"color": palette.text, "anchor": "start", "fontSize": 14},
        "range": {
            "category": list(palette.category),
            "ordinal": list(palette.ramp),
            "ramp": list(palette.ramp),
            "heatmap": list(palette.ramp),
            "diverging": list(palette.diverging),
        },
        "mark": {"color": palette.category[0]},
        "line": {"strokeWidth": 2},
        "rule": {"color": palette.muted},
        "text": {"color": palette.text, "fontSize": 12},
        "style": {
            INTERVAL: {"color": palette.text, "stroke": palette.text, "strokeWidth": 2},
            REFERENCE: {"color": palette.muted, "stroke": palette.muted, "strokeDash": [5, 4], "strokeWidth": 1.5},
        },
    }


def themed(chart: alt.Chart | alt.LayerChart, palette: Palette = LIGHT) -> alt.Chart | alt.LayerChart:
    """Give a chart the look of Aisle's pages, for where it stands alone, as in a notebook; a page dresses its own."""
    dressed: alt.Chart | alt.LayerChart = chart.configure(**{**look(palette), "background": palette.surface})
    return dressed


def _axis(palette: Palette) -> dict[str, Any]:
    return {
        "labelColor": palette.muted,
        "titleColor": palette.muted,
        "domainColor": palette.line,
        "tickColor": palette.line,
        "gridColor": palette.line,
        "gridOpacity": 0.6,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 150,
    }


def _legend(palette: Palette) -> dict[str, Any]:
    return {
        "labelColor": palette.text,
        "titleColor": palette.muted,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "orient": "top",
        "columns": 4,
        "labelLimit": 220,
    }
