import runpy

from features import CUSTOMER_GROUPS, GROUPS, VALUE_GROUPS
from features.catalogue import catalogue
from features.rows.registry import PLAIN_GROUPS, ROW_GROUPS
from tests.conftest import ROOT


def test_the_page_is_up_to_date():
    page = (ROOT / "docs" / "features.md").read_text()
    assert page == catalogue(), "python -m pipeline.features_catalogue > docs/features.md"


def test_every_group_has_an_entry_with_columns():
    page = catalogue()
    assert [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")] == [
        *(g.name for g in GROUPS),
        *(g.name for g in VALUE_GROUPS if g not in GROUPS),
        *(g.name for g in CUSTOMER_GROUPS if g not in VALUE_GROUPS),
        *(g.name for g in ROW_GROUPS),
        *(g.name for g in PLAIN_GROUPS if g not in ROW_GROUPS),
    ]
    assert "Columns (0)" not in page
    assert "`<member>_sum`" in page


def test_the_command_prints_the_page(capsys):
    runpy.run_module("pipeline.features_catalogue", run_name="__main__")
    assert capsys.readouterr().out == catalogue()
