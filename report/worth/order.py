"""Whether those who bring most are promised most: gain, lift, and whales."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import lines

Studies = Mapping[str, Mapping[str, Any]]
OURS = "expected_value"
ABOUT = (
    "Rows are taken in the order of what is expected of them, most first. Gain is the share of the money that they "
    "bring; lift is that share over the share of the rows (Berry and Linoff, Data Mining Techniques, 2011). "
    "Rows of equal promise count as their mean."
)
WHALES = (
    "Whales: of the hundredth of the rows that bring most, which share stands among the rows that are promised most, "
    "by how many of those are looked through."
)


def order(prefix: str, title: str, of: str, studies: Studies) -> Section:
    """Gain and lift by what is studied, with the naive answers, and whales.

    Parameters
    ----------
    prefix
        Of the names of the section and its charts.
    title
        Of the section.
    of
        What studies are told apart by: `cut` or `horizon`.
    studies
        By name, see `evaluation.money_study.money_study`.
    """
    curves = _curves(of, studies)
    if curves.is_empty():
        return Section(f"{prefix}-order", title, [Prose("Nobody has brought anything, so there is no order to tell.")])
    last = list(studies)[-1]
    best = curves.filter((pl.col(of) == last) & (pl.col("answer") == "expected value"))
    tenth = best.filter(pl.col("share") == 0.1).row(0, named=True)
    ours = curves.filter(pl.col("answer") == "expected value")
    forms: dict[str, Any] = {"share": "share", "captured": "share"}
    blocks: list[Block] = [
        Prose(ABOUT),
        Drawn(
            f"{prefix}-gain",
            lines(
                _from_zero(curves.filter(pl.col(of) == last)),
                "share",
                "captured",
                color="answer",
                diagonal=True,
                formats=forms,
                titles={"share": "share of the rows addressed", "captured": "share of the money captured"},
            ),
            f"Money captured by the share addressed, {of} {last}; drawn blindly it is the diagonal.",
            f"Rising lines: by the expected value the first tenth captures {tenth['captured']:.1%}.",
        ),
        Drawn(
            f"{prefix}-lift",
            lines(ours, "share", "lift", color=of, points=True, formats=forms, titles={"share": "share of the rows"}),
            f"Lift of the expected value, by {of}; blindly it is 1.",
            f"Falling lines that end at 1; the first tenth of {of} {last} has {tenth['lift']:.2f}.",
        ),
        Shown(
            curves.filter(pl.col("share").is_in([0.01, 0.05, 0.1, 0.2, 0.5])).pivot(
                "share", index=[of, "answer"], values="captured"
            ),
            "Share of the money captured, by the share of the rows addressed.",
            dict.fromkeys(("0.01", "0.05", "0.1", "0.2", "0.5"), "share"),
        ),
        Shown(_whales(of, studies), WHALES, dict.fromkeys(("0.01", "0.05", "0.1"), "share")),
    ]
    return Section(f"{prefix}-order", title, blocks)


def _curves(of: str, studies: Studies) -> pl.DataFrame:
    rows: Sequence[dict[str, Any]] = [
        {of: name, "answer": answer, **point}
        for name, study in studies.items()
        for answer, points in _answers(study).items()
        for point in points
    ]
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(_called()) if rows else pl.DataFrame()


def _answers(study: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    gains: Mapping[str, list[dict[str, Any]]] = study["gains"]
    ours = gains[OURS]
    best = [{**point, "captured": point["best"], "lift": None} for point in ours]
    return {**gains, "best possible": best}


def _called() -> pl.Expr:
    return pl.col("answer").str.replace_all("_", " ")


def _from_zero(curves: pl.DataFrame) -> pl.DataFrame:
    """The points with one at 0 in front."""
    drawn = curves.select("answer", "share", "captured")
    start = drawn.unique("answer", maintain_order=True).with_columns(share=0.0, captured=0.0)
    return pl.concat([start, drawn])


def _whales(of: str, studies: Studies) -> pl.DataFrame:
    rows = [{of: name, **row} for name, study in studies.items() for row in study["whales"]]
    return (
        pl.DataFrame(rows, infer_schema_length=None)
        .with_columns(_called())
        .pivot("among", index=[of, "answer"], values="recall")
    )
