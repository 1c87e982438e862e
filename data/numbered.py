"""Counts of things in a sentence: `1 of 6 parts is`, `3 columns are`."""


def are(count: int, noun: str, of: int | None = None, what: str = "") -> str:
    """How many things, and the verb that goes with them.

    Parameters
    ----------
    count
        How many.
    noun
        What one is called, whose plural ends in s.
    of
        Of how many, where the noun goes with these.
    what
        What follows the noun.

    Examples
    --------
    >>> are(1, "part", of=6), are(2, "part", of=6, what=" to score"), are(1, "column")
    ('1 of 6 parts is', '2 of 6 parts to score are', '1 column is')
    """
    all_of = count if of is None else of
    named = f"{all_of:,} {noun}{'' if all_of == 1 else 's'}{what}"
    return f"{named if of is None else f'{count:,} of {named}'} {'is' if count == 1 else 'are'}"
