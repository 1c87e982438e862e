from datetime import timedelta
from types import SimpleNamespace

import pytest

from data.checks import check_at_least, check_durations, check_share


@pytest.mark.parametrize(
    ("check", "value", "message"),
    [
        (lambda c: check_at_least(c, 1, "size"), 0, "`size` must be at least 1, got 0."),
        (lambda c: check_at_least(c, 0, "size"), float("nan"), "`size` must be at least 0, got nan."),
        (lambda c: check_share(c, "size"), 0.0, "`size` must lie above 0 and at most at 1, got 0.0."),
        (lambda c: check_share(c, "size"), 1.5, "`size` must lie above 0 and at most at 1, got 1.5."),
        (lambda c: check_durations(c, "size"), timedelta(0), "`size` must be above 0, got 0:00:00."),
    ],
)
def test_refused(check, value, message):
    with pytest.raises(ValueError, match="size") as raised:
        check(SimpleNamespace(size=value))
    assert str(raised.value) == message


def test_accepted():
    config = SimpleNamespace(one=1, none=None, share=1.0, day=timedelta(days=1))
    check_at_least(config, 1, "one", "none")
    check_share(config, "share")
    check_durations(config, "day", "none")
