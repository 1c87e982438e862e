"""The one error that a user's input or configuration may cause."""

from collections.abc import Mapping
from pathlib import Path


class AisleError(Exception):
    """What is wrong with an input and how to mend it, in one line.

    The command line prints the message alone, without a traceback. Everything else that escapes is a defect
    of ours and keeps its traceback.
    """


class EmptyFileError(AisleError):
    """A file has no rows: nothing is wrong with it where it is one part of several."""


class BadInputError(AisleError):
    """What was read is too bad to go on, and the user is to look at some of it.

    Parameters
    ----------
    message
        The one line.
    kept
        Files of the half-built artifact that outlive it: name below the working directory -> file.
    """

    def __init__(self, message: str, kept: Mapping[str, Path]) -> None:
        super().__init__(message)
        self.kept = dict(kept)

    def __reduce__(self) -> tuple[type["BadInputError"], tuple[str, dict[str, Path]]]:
        """Both arguments, where the error comes from another process."""
        return BadInputError, (str(self), self.kept)
