"""Whom to address as a page: with a known truth, with an older one, and without any."""

from io import StringIO

import pytest
from rich.console import Console

from evaluation.profit import Terms, profit_curve, promised_curve
from report.addressed.console import show_targets
from report.addressed.page import targets_page
from report.page.blocks import Drawn, Headlines
from report.page.write import write_page

TERMS = Terms(0.5, 2.0)
WORTH, TRUTH = [30.0, 10.0, 4.0, 2.0], [40.0, 0.0, 8.0, 20.0]
SEGMENT = {
    "segment": "returning",
    "rule": "known",
    "action": "keep",
    "rows": 4,
    "share": 1.0,
    "worth": 46.0,
    "mean_worth": 11.5,
    "addressed": 2,
    "promised_profit": 16.0,
    "judged": 4,
    "mean_truth": 17.0,
    "true_profit": 16.0,
}


def told(judged=True, same=True, rows=4):
    return {
        "of": "customers",
        "about": {"horizon": "d90", "origin": "2024-06-01"} | ({} if same else {"judged": "2024-03-01"}),
        "terms": {"margin": 0.5, "cost": 2.0, "budget": None},
        "counts": {"rows": rows, "addressed": min(rows, 2), "judged": rows if judged else 0},
        "worth": 46.0,
        "worth_from": 10.0,
        "same_rows": same,
        "promised": promised_curve(WORTH[:rows], TERMS),
        "judged": profit_curve(WORTH[:rows], TRUTH[:rows], TERMS, draws=20) if judged else None,
        "segments": [SEGMENT] if rows else [],
    }


def headlines(page):
    return {one.label: one for b in page.sections[0].blocks if isinstance(b, Headlines) for one in b.numbers}


def printed(found):
    text = StringIO()
    show_targets(found, Console(file=text, width=200))
    return text.getvalue()


def test_promised_and_true_profit_stand_side_by_side(tmp_path):
    page = targets_page(told())
    first = headlines(page)
    assert first["customers to address"].value == "2"
    assert first["profit expected of them"].value == "16.00"
    assert first["profit that came"].value == "16.00"
    assert first["of as many customers, drawn blindly"].value == "13.00"
    write_page(page, tmp_path / "targets.html", tmp_path / "charts")
    assert {file.stem for file in (tmp_path / "charts").iterdir()} == {"profit-true", "profit-promised", "segments"}
    assert "profit that came" in printed(told())


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (told(judged=False), "What these bring is not known yet, so nothing could be judged."),
        (told(same=False), "what came is that of 4 earlier ones (2024-03-01), addressed by the same rule."),
        (told(), "What came is known of all 4: 95 % intervals are the bootstrap's over customers (20 draws)."),
    ],
)
def test_what_the_interval_is_of_is_said(found, said):
    assert said in printed(found)
    assert any(said in getattr(block, "text", "") for block in targets_page(found).sections[0].blocks)


def test_without_a_truth_only_what_is_promised_is_drawn():
    page = targets_page(told(judged=False))
    drawn = [block.name for section in page.sections for block in section.blocks if isinstance(block, Drawn)]
    assert drawn == ["profit-promised", "segments"]
    assert "true profit" not in printed(told(judged=False))


def test_nobody_to_address():
    assert headlines(targets_page(told(judged=False, rows=0)))["to address"].value == "0"
