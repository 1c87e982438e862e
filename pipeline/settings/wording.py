"""How a value that a user gave is shown in a message."""

from data.shortened import sample


def shown(value: object, longest: int = 60, *, bare: bool = False) -> str:
    """A value as one short line: in quotes, or `bare` where backticks stand around it."""
    text = sample(value, longest)
    return text if bare else f"'{text}'"
