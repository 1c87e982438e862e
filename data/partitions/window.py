"""How much of a log is read: from when until when, what share of it, and at most how much."""

from dataclasses import dataclass, replace

from data.checks import check_at_least, check_share


@dataclass(frozen=True)
class Window:
    """How much of a log is read.

    What is drawn is drawn by hashes: the same in every run, and a smaller share lies within a larger one. Files are
    chosen in this order: the window, `share_of_partitions`, `max_partitions`, `share_of_parts`, `max_parts`.

    Parameters
    ----------
    first, last
        The first and the last moment, both included, as folders write it or as ISO 8601 does; null for no bound. A day
        without an hour is a whole one. A folder that tells the time is inside as a whole where its time is.
    sample
        Share of the rows, by the hash of their key or of whom they belong to.
    max_rows
        Rows at most, those of the smallest hash.
    max_partitions
        Folders at most, spread evenly over those that there are, the last one among them.
    share_of_partitions
        Share of the folders, by the hash of their time as they write it.
    share_of_parts
        Share of the files, by the hash of their folder's and their own name.
    max_parts
        Files at most of each folder, those of the smallest hash.
    """

    first: str | None = None
    last: str | None = None
    sample: float = 1.0
    max_rows: int | None = None
    max_partitions: int | None = None
    share_of_partitions: float = 1.0
    share_of_parts: float = 1.0
    max_parts: int | None = None

    def __post_init__(self) -> None:
        check_share(self, "sample", "share_of_partitions", "share_of_parts")
        check_at_least(self, 1, "max_rows", "max_partitions", "max_parts")

    @property
    def of_rows(self) -> "Window":
        """What decides of the rows of files that are chosen already."""
        return replace(self, max_partitions=None, share_of_partitions=1.0, share_of_parts=1.0, max_parts=None)

    @property
    def of_partitions(self) -> tuple[str, ...]:
        """The settings, of those that were given, that mean nothing where no folder tells a time."""
        given = {
            "max_partitions": self.max_partitions is not None,
            "share_of_partitions": self.share_of_partitions < 1,
        }
        return tuple(name for name, there in given.items() if there)

    @property
    def chooses_files(self) -> bool:
        """Whether some files may be left out."""
        return self != self.of_rows or self.first is not None or self.last is not None
