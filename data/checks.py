"""Range checks of a configuration's fields, one wording for all: they name the field, the rule and the value."""

from datetime import timedelta


def check_at_least(config: object, least: float, *names: str) -> None:
    """Refuse fields below a number; null passes.

    Raises
    ------
    ValueError
        Naming the field.
    """
    for name in names:
        value = getattr(config, name)
        if value is not None and not value >= least:
            raise ValueError(f"`{name}` must be at least {least}, got {value}.")


def check_at_most(config: object, most: float, *names: str) -> None:
    """Refuse fields above a number; null passes.

    Raises
    ------
    ValueError
        Naming the field.
    """
    for name in names:
        value = getattr(config, name)
        if value is not None and not value <= most:
            raise ValueError(f"`{name}` must be at most {most:,}, got {value:,}.")


def check_share(config: object, *names: str) -> None:
    """Refuse fields that are not above 0 and at most 1.

    Raises
    ------
    ValueError
        Naming the field.
    """
    for name in names:
        if not 0 < getattr(config, name) <= 1:
            raise ValueError(f"`{name}` must lie above 0 and at most at 1, got {getattr(config, name)}.")


def check_durations(config: object, *names: str) -> None:
    """Refuse durations that are not above 0; null passes.

    Raises
    ------
    ValueError
        Naming the field.
    """
    for name in names:
        value = getattr(config, name)
        if value is not None and value <= timedelta(0):
            raise ValueError(f"`{name}` must be above 0, got {value}.")
