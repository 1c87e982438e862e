"""How a table of rows with labels by horizon is laid out, and how much of it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from data.checks import check_at_least
from data.partitions.folders import FOLDER, Folders, check_folders, check_window
from data.partitions.window import Window
from data.patterns import fits


@dataclass(frozen=True)
class Labelled:
    """A table of rows with labels by horizon.

    Parameters
    ----------
    key
        The column that tells a row from all others. Rows without one are set aside.
    labels
        By horizon in days (`7` or `d7`), the column of the money that came within it.
    outcomes
        Columns that tell what happened after a row's moment, and are never features: names and patterns such as
        `buyer_*`. A label is one without being named.
    partition
        What folders such as `datetime=2025-10-01-15-00` call the rows' time; several with commas between make one time
        (`year,month,day`); `file name` where files' names hold it; null where nothing but `time` tells it.
    time_format
        How those folders write it, as strftime says it.
    owner
        The column of whom a row belongs to, such as a user: `sample` and `max_rows` take all of an owner's rows, or
        none. Null, and where it says nothing: each row is drawn by its key.
    time
        The column of a row's moment, where folders tell none or tell less; null: the folder's.
    train, valid, test
        Which rows are learnt from, judged (null: none apart from those learnt from) and scored.
    separator
        Between the fields of a CSV; null: a tab in a `.tsv`, else a comma.
    batch_rows
        Rows that are read at once: what bounds memory.
    max_parts_aside
        A run stops where more than this share of the parts cannot be read or lack a label.
    max_quarantine
        A run stops where more than this share of the rows are set aside, for their keys or their labels.
    """

    key: str = "row_id"
    labels: Mapping[str, str] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()
    partition: str | None = "datetime"
    time_format: str = FOLDER
    owner: str | None = None
    time: str | None = None
    train: Window = field(default_factory=Window)
    valid: Window | None = None
    test: Window = field(default_factory=Window)
    separator: str | None = None
    batch_rows: int = 50_000
    max_parts_aside: float = 0.1
    max_quarantine: float = 0.01

    def __post_init__(self) -> None:
        check_at_least(self, 1, "batch_rows")
        for name in ("max_parts_aside", "max_quarantine"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"`{name}` must lie between 0 and 1, got {getattr(self, name)}.")
        if not self.key:
            raise ValueError("`key` is empty; name the column that tells a row from all others.")
        if self.partition is None and self.time is None:
            raise ValueError("`time` must name the column of a row's moment where `partition` is null, got null.")
        _ = self.horizons
        check_folders(self.folders)
        for name, window in (("train", self.train), ("valid", self.valid), ("test", self.test)):
            if window is not None:
                check_window(self.folders, window, name)
        if self.key in self.labels.values() or self.moment in self.labels.values():
            raise ValueError("`labels` must name columns of money, got the key's or the moment's column.")

    @property
    def horizons(self) -> dict[int, str]:
        """Days -> the label's column, shortest first."""
        found: dict[int, str] = {}
        for name, column in self.labels.items():
            days = name.strip().removeprefix("d")
            if not days.isascii() or not days.isdigit() or not 0 < int(days) <= 36_500:
                raise ValueError(f"`labels` must be named by whole days such as 7 or d7, got {name!r}.")
            if int(days) in found or column in found.values():
                raise ValueError(f"`labels` must name each horizon and each column once, got {name!r} again.")
            found[int(days)] = column
        return dict(sorted(found.items()))

    @property
    def moment(self) -> str:
        """The column that holds a row's moment once it is read."""
        return self.time or self.partition or ""

    @property
    def layout(self) -> "Labelled":
        """The same without windows: what does not change where other rows are read."""
        return replace(self, train=Window(), valid=None, test=Window())

    @property
    def folders(self) -> Folders:
        """How folders tell the time."""
        return Folders(self.partition, self.time_format)

    def drawn_by(self, window: Window) -> str | None:
        """The column of whom rows are drawn by in a window; null where they are drawn by their keys, or not at all."""
        return self.owner if window.sample < 1 or window.max_rows is not None else None

    def is_outcome(self, column: str) -> bool:
        """Whether a column tells what happened after a row's moment."""
        return column in self.labels.values() or any(fits(column, pattern) for pattern in self.outcomes)

    def bounds(self, window: Window) -> tuple[datetime | None, datetime | None]:
        """A window's ends, both included.

        Raises
        ------
        AisleError
            If one is written in another way.
        """
        return self.folders.bounds(window)
