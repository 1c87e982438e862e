"""The configuration's event names as the log's texts: a configuration file reads `1` and `yes` as other things."""

from collections.abc import Mapping

REFUND = "refund"
"""The word that an event's name, or a flag, is mapped to where it is money that goes back."""
YES_NO = {True: ("true", "yes", "on"), False: ("false", "no", "off")}


def as_texts(events: Mapping[str, str]) -> dict[str, str]:
    """Event names as texts.

    Parameters
    ----------
    events
        Names, of which some may be numbers, booleans or null, mapped to what they mean. A boolean stands for all words
        that a configuration file reads as it (true, yes, on), in small and large letters; a whole number for its
        digits.

    Raises
    ------
    ValueError
        If two names are one text and mean different things.
    """
    texts: dict[str, str] = {name: kind for name, kind in events.items() if isinstance(name, str)}
    others: dict[object, str] = {name: kind for name, kind in events.items() if not isinstance(name, str)}
    for name, kind in others.items():
        spelt = _spelt(name)
        if isinstance(name, bool):  # a word that is named in quotes keeps its own meaning
            spelt = [text for text in spelt if text not in texts]
        for text in spelt:
            if texts.setdefault(text, kind) != kind:
                raise ValueError(f"`events` maps {text!r} to {texts[text]!r} and to {kind!r}; name it once.")
    return texts


def with_floats(names: Mapping[str, str]) -> dict[str, str]:
    """The same without blanks around, and `1.0` beside `1`, as floats have it, unless that is another's name."""
    plain = {name.strip(): kind for name, kind in names.items()}
    return {f"{name}.0": kind for name, kind in plain.items() if name.isdecimal()} | plain


def _spelt(name: object) -> list[str]:
    if isinstance(name, bool):
        return [spell(word) for word in YES_NO[name] for spell in (str.lower, str.title, str.upper)]
    if isinstance(name, float) and name.is_integer():
        return [str(int(name))]
    return ["null" if name is None else str(name)]
