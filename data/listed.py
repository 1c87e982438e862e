"""Settings that are lists of names."""


def listed(names: str) -> list[str]:
    """Names with commas between, as a list."""
    return [name.strip() for name in names.split(",") if name.strip()]
