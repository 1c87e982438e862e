"""A flat table's portrait as a page."""

from collections.abc import Mapping
from typing import Any

from report.page.blocks import Page
from report.profile.drift import drift
from report.profile.table_columns import table_columns, table_overview
from report.profile.table_target import bands, target

ABOUT = "What the table looks like before anything is learnt from it. The same numbers stand in profile.json."


def table_page(profile: Mapping[str, Any]) -> Page:
    """The page of profile.json as `tabular.profile.table.build_table_profile` writes it."""
    sections = [maker(profile) for maker in (table_overview, target, bands, table_columns)]
    moved = [drift(profile["drift"])] if profile["drift"] else []
    return Page(f"{profile['table']['file']}: {profile['table']['target']}", ABOUT, [*sections, *moved])
