"""Requests to another machine, asked again where they fail by chance, and one line where they go on failing."""

import time
from collections.abc import Callable
from typing import TypeVar

from data.errors import AisleError

WAITS = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between one attempt and the next: a request that fails so often is not failing by chance."""
ANSWERS = (FileNotFoundError, FileExistsError, PermissionError, NotADirectoryError, IsADirectoryError)
"""What is no failure but an answer."""
Result = TypeVar("Result")


def asked(what: str, request: Callable[[], Result]) -> Result:
    """Make a request, again where it fails.

    Parameters
    ----------
    what
        What is asked for, such as `s3://shop/run/made/3f.json`.
    request
        Makes it; may be called several times.

    Raises
    ------
    OSError
        Where the answer is one of `ANSWERS`.
    AisleError
        If it goes on failing.
    """
    for wait in (*WAITS, None):
        try:
            return request()
        except (AisleError, *ANSWERS):
            raise
        except Exception as error:  # every kind of store has errors of its own
            if wait is None:
                said = " ".join(str(error).split())[:200] or type(error).__name__
                raise AisleError(
                    f"{what}: {len(WAITS) + 1} requests in turn have failed ({said}); see to the store and the way to "
                    "it; the same command goes on where this run stopped."
                ) from error
            time.sleep(wait)
    raise AssertionError  # the last attempt returns or raises
