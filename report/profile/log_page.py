"""A log's portrait as a page."""

from collections.abc import Mapping
from typing import Any

from report.page.blocks import Page
from report.profile.catalogue import goods, popularity
from report.profile.drift import drift
from report.profile.money import money
from report.profile.overview import overview
from report.profile.quality import quality
from report.profile.sessions import sessions
from report.profile.times import times
from report.profile.visitors import visitors

ABOUT = "What the log looks like before anything is learnt from it. The same numbers stand in profile.json."


def log_page(profile: Mapping[str, Any]) -> Page:
    """The page of profile.json as `pipeline.tasks.log_profile.LogProfile` writes it."""
    makers = (overview, times, sessions, popularity, goods, visitors, money, quality)
    sections = [made for maker in makers if (made := maker(profile)) is not None]
    return Page("The log", ABOUT, [*sections, drift(profile["drift"])])
