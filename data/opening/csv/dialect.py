"""How a CSV is written: what divides fields, what encloses them, and which columns it has."""

from dataclasses import dataclass

from data.errors import AisleError
from data.formats import LogFormat
from data.listed import listed
from data.opening.endings import is_tabbed

WORDS = {"tab": "\t", r"\t": "\t", "space": " ", "comma": ",", "semicolon": ";", "pipe": "|"}
STAND_IN = "\x1f"
"""Takes the place of a separator of several bytes while a text is read (ASCII: unit separator)."""


@dataclass(frozen=True)
class Dialect:
    """How a CSV is written.

    Parameters
    ----------
    separator
        Between fields: any text.
    quote
        Encloses fields: an ASCII letter, or none.
    header
        The columns of a file without a header line.
    told
        The line, before the header, that does nothing but name the separator; empty if there is none.
    """

    separator: str
    quote: str | None
    header: tuple[str, ...] | None
    told: bytes = b""

    @property
    def divider(self) -> str:
        """The separator as one byte, in a text that `simplified` has been through."""
        return self.separator if len(self.separator.encode()) == 1 else STAND_IN

    def simplified(self, text: bytes) -> bytes:
        """A text whose separators are one byte."""
        return text if self.divider == self.separator else text.replace(self.separator.encode(), STAND_IN.encode())

    def restored(self, text: bytes) -> bytes:
        """The text before `simplified`."""
        return text if self.divider == self.separator else text.replace(STAND_IN.encode(), self.separator.encode())


def dialect_of(log_format: LogFormat, name: str, header: list[str] | None) -> Dialect:
    """The dialect that settings, a file's name and a format's own columns say.

    Raises
    ------
    AisleError
        If a setting cannot be meant.
    """
    given = log_format.separator
    separator = ("\t" if is_tabbed(name) else ",") if given is None else WORDS.get(given.lower(), given)
    quote = None if log_format.quote.lower() in {"none", ""} else log_format.quote
    if quote is not None and (len(quote.encode()) != 1 or not quote.isprintable() or quote.isalnum()):
        raise AisleError(f"`input.format.quote` {quote!r} encloses nothing; use `\"`, `'` or `none`.")
    if set(separator) & {"\n", "\r", "\x00", STAND_IN} or (quote and quote in separator):
        raise AisleError(
            f"`input.format.separator` {separator!r} holds a newline or the quote {quote!r}; name the sign between the "
            "fields, or `tab`."
        )
    named = None if log_format.header is None else tuple(listed(log_format.header))
    return Dialect(separator, quote, tuple(header) if header else named)
