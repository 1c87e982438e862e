"""What a file's columns lack, told so that it can be mended."""

from collections.abc import Sequence
from pathlib import Path

from data.errors import AisleError
from data.nearest import did_you_mean
from data.opening.csv.probable import probable_separator
from data.opening.unread import shown
from data.shortened import sample, some


def absent_column(path: Path, name: str, wanted: Sequence[str], columns: Sequence[str], mend: str) -> AisleError:
    """Say that a file lacks a column, or has it more than once, and what may be the matter.

    Parameters
    ----------
    path
        The file.
    name
        The column.
    wanted
        All columns that are looked for.
    columns
        Those that the file has.
    mend
        What the user is to do.
    """
    twins = [column for column in columns if column.startswith(f"{name} (column ") and column.endswith(")")]
    if len(twins) > 1:
        numbers = " and ".join(column.removeprefix(f"{name} (column ").removesuffix(")") for column in twins)
        return AisleError(
            f"{shown(path)}: columns {numbers} are both named `{name}`; rename one, so that it is clear which is meant."
        )
    said = f"{shown(path)}: column `{sample(name)}` is missing; the file has {some(columns)}"
    if name in (bare := [column.strip("\"'") for column in columns]) and bare != list(columns):
        return AisleError(f"{said}: its names stand in quotes; set `input.format.quote` to theirs.")
    if (separator := probable_separator(columns, wanted)) is not None:
        return AisleError(f"{said}: its fields look divided by `{separator}`; set `input.format.separator`.")
    if _looks_like_values(columns):
        return AisleError(
            f"{said}: if it has no header line, name its columns under `input.format.header`; else {mend}."
        )
    near = did_you_mean(name, columns) or "."
    return AisleError(f"{said}: {mend}{near}")


def no_header(path: Path, columns: Sequence[str], rows: int) -> AisleError:
    """Say that a file's first line names fewer columns than any row has, such as a title or a comment."""
    return AisleError(
        f"{shown(path)}: the first line names {len(columns)} columns, {some(columns, 3)}, and all {rows:,} lines "
        "that were read have more: leave out what stands before the header, or set `input.format.separator`."
    )


def _looks_like_values(columns: Sequence[str]) -> bool:
    """Whether a header's names are rather a row's values: most begin with a digit."""
    return 2 * sum(column[:1].isdigit() for column in columns) > len(columns)
