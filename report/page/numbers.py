"""Every number of a page, as data: what stands in its json beside the page."""

from typing import Any

from report.page.blocks import Block, Drawn, Headlines, Page, Prose, Shown


def numbers_of(page: Page) -> dict[str, Any]:
    """A page without its looks: title, about, and `sections`, name -> title and blocks.

    A table is its rows, a chart the data that it is drawn from, figures label, value, what they are compared with and
    where they come from. Plain values that json holds.
    """
    sections = {
        section.name: {"title": section.title, "blocks": [_told(block) for block in section.blocks]}
        for section in page.sections
    }
    return {"title": page.title, "about": page.about, "sections": sections}


def _told(block: Block) -> dict[str, Any]:
    if isinstance(block, Prose):
        return {"text": block.text}
    if isinstance(block, Headlines):
        return {"headlines": [dict(vars(one)) for one in block.numbers]}
    if isinstance(block, Shown):
        return {"table": block.caption, "rows": block.rows.to_dicts()}
    return {"chart": block.name, "caption": block.caption, "data": _drawn(block)}


def _drawn(block: Drawn) -> list[list[dict[str, Any]]]:
    return list(block.chart.to_dict().get("datasets", {}).values())
