"""Which separator a CSV seems to have, where the one that is set finds no columns."""

from collections.abc import Collection, Sequence

CANDIDATES = (",", ";", "\t", "|", "::", ":", "\x01", " ")
WORDS = {"\t": "tab", " ": "space", "\x01": r"\x01"}


def probable_separator(fields: Sequence[str], wanted: Collection[str], used: str | None = None) -> str | None:
    """The separator that finds more of the wanted columns than the one that was used; null if none does.

    Parameters
    ----------
    fields
        What the first line was divided into.
    wanted
        Names that are looked for; or, if it names none of them, their number tells.
    used
        The separator that was used, if known.
    """
    best, most = None, sum(name in fields for name in wanted)
    for candidate in CANDIDATES:
        parts = [part.strip(" \"'") for field in fields for part in field.split(candidate)]
        found = sum(name in parts for name in wanted)
        if found > most:
            best, most = candidate, found
    if best is None and most == 0 and len(fields) == 1 and used is not None:
        counts = {candidate: len(fields[0].split(candidate)) for candidate in CANDIDATES if candidate != used}
        best = next((candidate for candidate, count in counts.items() if count == len(wanted) > 1), None)
    return None if best is None else WORDS.get(best, best)
