"""What a message quotes, made short: a name, a value or a list of them may be a megabyte long, or hold line breaks."""

from collections.abc import Iterable

MOST = 400


def one_line(text: str, most: int = MOST) -> str:
    """A text in one line of at most `most` characters; what is too long loses its middle, for the mend stands last."""
    kept = text if len(text) <= 2 * most else text[:most] + text[-most:]
    plain = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in kept)
    if len(plain) <= most and kept is text:
        return plain
    end = most // 3
    return f"{plain[: most - end - 3]} … {plain[-end:]}"


def sample(value: object, most: int = 60) -> str:
    """A value as a message quotes it."""
    text = str(value)
    return one_line(text if len(text) <= most else text[: most - 1] + "…", most)


def some(names: Iterable[object], most: int = 12) -> str:
    """Names as a list, the first `most` of them and how many follow."""
    listed = list(names)
    shown = ", ".join(repr(sample(name, 40)) for name in listed[:most])
    return f"[{shown}, … {len(listed) - most:,} more]" if len(listed) > most else f"[{shown}]"
