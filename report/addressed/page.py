"""targets.json as a page."""

from collections.abc import Mapping
from typing import Any

from report.addressed.curve import curve
from report.addressed.overview import overview
from report.addressed.segments import segments
from report.page.blocks import Page


def targets_page(told: Mapping[str, Any]) -> Page:
    """Whom to address, the profit curve, and segments."""
    about = "Which of them to address, what profit that brings, and what is suggested."
    return Page(f"{told['of'].capitalize()} to address", about, [overview(told), curve(told), segments(told)])
