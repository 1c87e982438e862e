"""Hours and weekdays of moments in ms since 1970, UTC."""

from typing import Final

import numba

MINUTE_MS: Final = 60_000
MINUTES: Final = 24 * 60


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def minute_of(ms: int) -> int:  # pragma: no cover
    """The minute of the day, from 0."""
    return (ms // MINUTE_MS) % MINUTES


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def hour_of(ms: int) -> int:  # pragma: no cover
    """The hour, 0 to 23."""
    return minute_of(ms) // 60  # type: ignore[no-any-return]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def weekday_of(ms: int) -> int:  # pragma: no cover
    """The weekday, 1 (Monday) to 7; 1970 began on a Thursday."""
    return (ms // (MINUTE_MS * MINUTES) + 3) % 7 + 1
