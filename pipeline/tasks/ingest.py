"""All that decides how a log becomes tables."""

from dataclasses import dataclass

from data.formats import LogFormat
from data.quality import Quality
from data.readers.reader import Reader, SessionRule
from data.sessions import Sessions


@dataclass(frozen=True)
class Ingest:
    """All that decides how a log becomes tables."""

    reader: Reader
    format: LogFormat
    sessions: Sessions
    quality: Quality
    shards: int

    @property
    def by(self) -> SessionRule:
        """The session rule: the configured one, or the format's own."""
        return self.sessions.by or self.reader.sessions

    @property
    def synthetic_clock(self) -> bool:
        """Whether times are made up, and only their order means anything."""
        return self.reader.synthetic_clock or self.format.columns.ts is None

    @property
    def same_moment(self) -> str:
        """What the order of one moment means: a column that orders events says it is real."""
        rule = self.quality.same_moment
        return "file" if rule == "auto" and self.format.columns.order is not None else rule

    @property
    def owner(self) -> str:
        """The key by which rows belong together: a shard holds all of its rows."""
        return "session" if self.by == "column" else "user"
