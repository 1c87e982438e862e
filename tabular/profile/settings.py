"""A flat table to look at: which columns mean what."""

from dataclasses import dataclass

from data.listed import listed


@dataclass(frozen=True)
class LookedAtTable:
    """A table to look at.

    Parameters
    ----------
    table
        The file: .csv, .tsv, .parquet or .jsonl, text also .gz; a row a case.
    target
        The column that is to be predicted: a number, or up to 50 classes.
    test
        Another table, that is to be predicted: what has moved between them is told.
    key, group
        Columns of the row's and the visitor's key, which tell nothing of the target.
    price
        Columns of prices, with commas between, by whose bands the target is shown; if not given, those of numbers with
        `price`, `cost`, `amount` or `value` in their names.
    categories
        Columns of numbers that are names (a region's code), with commas between.
    leave_out
        Columns that are not looked at, with commas between.
    separator
        Between the fields of a CSV file; null: a tab in a `.tsv`, else a comma.
    workdir
        Where everything is written.
    """

    table: str
    target: str
    test: str | None = None
    key: str | None = None
    group: str | None = None
    price: str = ""
    categories: str = ""
    leave_out: str = ""
    separator: str | None = None
    workdir: str = "artifacts/profile_table"

    @property
    def apart(self) -> set[str]:
        """The columns that are no features."""
        named = (self.target, self.group, self.key)
        return {name for name in named if name is not None} | set(listed(self.leave_out))
