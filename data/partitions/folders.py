"""How folders, or files' names, tell the time of what lies in them: `date=2025-10-01`, `events-2025-10-01.csv`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from data.errors import AisleError
from data.listed import listed
from data.opening.hive import partitions_of
from data.partitions.window import Window

FOLDER = "%Y-%m-%d-%H-%M"
FILE_NAME = "file name"
"""In place of folders' columns: files' own names tell the time. No folder's column has a blank."""
WRITTEN = {"%Y": r"\d{4}", "%j": r"\d{3}", "%%": "%"} | dict.fromkeys(("%y", "%m", "%d", "%H", "%M", "%S"), r"\d{2}")
"""What of a time is found within a file's name."""
HOURS = ("%H", "%I", "%c", "%X", "%s")
DAY, LEAST = timedelta(days=1), timedelta(milliseconds=1)


@dataclass(frozen=True)
class Folders:
    """How the time of a log's files is told.

    Parameters
    ----------
    partition
        The folders' column, such as `date`; several with commas between, whose texts then make one, joined by `-`
        (`year,month,day`); `file name` where the names of files hold it; null where nothing tells it.
    time_format
        How it is written, as strftime says it; ISO 8601 is read too.
    """

    partition: str | None = None
    time_format: str = FOLDER

    @property
    def names(self) -> list[str]:
        """The folders' columns."""
        return [] if self.partition in (None, FILE_NAME) else listed(str(self.partition))

    @property
    def shown(self) -> str:
        """What tells the time, as a message calls it."""
        if self.partition == FILE_NAME:
            return "date in its name"
        return " ".join(["folder", *(f"`{name}=...`" for name in self.names)])

    def is_told(self, path: Path) -> bool:
        """Whether a file lies in such folders, or has such a name."""
        if self.partition == FILE_NAME:
            return self.text_of(path) is not None
        return bool(self.names) and set(self.names) <= partitions_of(path).keys()

    def text_of(self, path: Path) -> str | None:
        """The time of a file as it is written; null where it is not."""
        if self.partition == FILE_NAME:
            found = (_within(layout).search(path.name) for layout in (self.time_format, "%Y-%m-%d"))
            return next((match[0] for match in found if match), None)
        told = partitions_of(path)
        texts = [text for name in self.names if (text := told.get(name)) is not None]
        return "-".join(texts) if texts and len(texts) == len(self.names) else None

    def bounds(self, window: Window) -> tuple[datetime | None, datetime | None]:
        """A window's ends, both included; the last one is that of its day, where it names no hour.

        Raises
        ------
        AisleError
            If one is written in another way.
        """
        first, last = self._moment(window.first), self._moment(window.last)
        whole = last is not None and window.last is not None and _is_day(window.last, self.time_format)
        return first, last + (DAY - LEAST) if last is not None and whole else last

    def _moment(self, text: str | None) -> datetime | None:
        if text is None:
            return None
        moment = moment_of(text, self.time_format)
        if moment is None:
            raise AisleError(
                f"a window's end is {text!r}; write it as `time_format` {self.time_format!r} says, such as "
                f"{datetime(2025, 10, 1, 15).strftime(self.time_format)}, or as 2025-10-01T15:00."
            )
        return moment


@lru_cache(maxsize=100_000)
def moment_of(text: str, layout: str) -> datetime | None:
    """The moment that a folder's name or a setting tells, in UTC without a zone; null where it tells none."""
    try:
        moment = datetime.strptime(text, layout)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
    try:
        return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:  # in UTC it lies before the year 1 or after 9999
        return None


def check_folders(folders: Folders, setting: str = "time_format") -> None:
    """Refuse a way of writing times that no time can be read by, or that names of files cannot be searched for.

    Raises
    ------
    ValueError
        Naming the setting of it.
    """
    try:
        datetime.strptime("", folders.time_format)
    except re.error:
        raise ValueError(f"`{setting}` must hold each field once, got {folders.time_format!r}.") from None
    except ValueError:  # no time is written so, which is no fault of the layout
        pass
    strange = [part for part in re.findall("%.", folders.time_format) if part not in WRITTEN]
    if folders.partition == FILE_NAME and strange:
        raise ValueError(
            f"`{setting}` must be made of {', '.join(WRITTEN)} where `partition` is {FILE_NAME!r}, got {strange[0]}."
        )


def check_window(folders: Folders, window: Window, name: str) -> None:
    """Refuse a window whose ends are written in another way, or stand in the wrong order.

    Raises
    ------
    ValueError
        Naming the setting.
    """
    try:
        first, last = folders.bounds(window)
    except AisleError as error:
        raise ValueError(f"`{name}`: {error}") from None
    if first is not None and last is not None and first > last:
        raise ValueError(f"`{name}.first` must not lie after `{name}.last`, got {window.first} and {window.last}.")


@lru_cache
def _within(layout: str) -> re.Pattern[str]:
    """Finds a time of a layout in a name, where no other digit stands beside it."""
    parts = re.split("(%.)", layout)
    return re.compile(r"(?<!\d)" + "".join(WRITTEN.get(part, re.escape(part)) for part in parts) + r"(?!\d)")


def _is_day(text: str, layout: str) -> bool:
    """Whether a moment that is one of the two ways is written without an hour."""
    try:
        datetime.strptime(text, layout)
    except ValueError:
        try:
            date.fromisoformat(text)
        except ValueError:
            return False
        return True
    return not any(hour in layout for hour in HOURS) and "%d" in layout
