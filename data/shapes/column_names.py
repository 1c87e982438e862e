"""Settings that name one column of a log, or several with commas between."""

from collections import Counter
from collections.abc import Iterable

from data.listed import listed
from data.nearest import nearest as alike

MOST_NAMED = 40  # of a file's columns in a message


def column_names(given: str, present: Iterable[str] = ()) -> list[str]:
    """The columns that a setting names.

    Parameters
    ----------
    given
        Names with commas between; in double quotes a name may hold a comma.
    present
        Columns that there are: one that is called like the whole setting is meant alone, commas and all.
    """
    if given in present:
        return [given]
    return listed(given)


def check_header(header: str | None) -> None:
    """Refuse names of a CSV's columns of which two are one, so that it is not clear which is meant.

    Raises
    ------
    ValueError
        Naming the first of them.
    """
    names = column_names(header or "")
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise ValueError(f"`header` names `{twice[0]}` twice; give each column a name of its own.")


def nearest(name: str, present: Iterable[str]) -> str:
    """The names that there are, the likeliest first: what a message says of a name that is not among them."""
    names = sorted(present)
    close = alike(name, names, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(f'`{one}`' for one in close)}? There are {_some(names)}"
    return f"there are {_some(names)}" if names else "there are none"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(f"`{one}`" for one in names[:MOST_NAMED]) + more
