"""OTTO's rules: which sessions train, which are tested, what is asked of them, and how the script writes them."""

import random

import polars as pl

from data.schema import TYPES

_TYPE = pl.element().struct.field("type")
_AID = pl.element().struct.field("aid")
_TS = pl.element().struct.field("ts")
_EVENTS = pl.col("events")


def training_sessions(sessions: pl.DataFrame, split_ts: int) -> pl.DataFrame:
    """Keep sessions that start no later than the cut, with their events before it, if two remain."""
    started = _EVENTS.list.first().struct.field("ts") <= split_ts
    before = _EVENTS.list.filter(_TS.lt(split_ts))
    return sessions.filter(started).with_columns(before).filter(_EVENTS.list.len() >= 2)


def held_out_sessions(sessions: pl.DataFrame, split_ts: int) -> pl.DataFrame:
    """Keep sessions that start after the cut, whole."""
    return sessions.filter(_EVENTS.list.first().struct.field("ts") > split_ts)


def known_sessions(sessions: pl.DataFrame, items: pl.Series) -> pl.DataFrame:
    """Drop events of items outside `items`, then sessions of fewer than two events."""
    # Row by row inside the lists, `is_in` would build its hash set anew for every session.
    return (
        sessions.with_row_index("row")
        .explode("events")
        .filter(_EVENTS.struct.field("aid").is_in(items.implode()))
        .group_by("row", maintain_order=True)
        .agg(pl.col("session").first(), _EVENTS)
        .filter(_EVENTS.list.len() >= 2)
        .drop("row")
    )


def draw_shown(draw: random.Random, events: int) -> int:
    """Draw how many of a session's events are shown, at least one and not all.

    The official functions are checked at run time by beartype, which for every list that it is handed draws
    32 bits from the same generator to pick the element to look at: two lists before each draw of ours.
    """
    draw.getrandbits(32)
    draw.getrandbits(32)
    return draw.randint(1, events - 1)


def labels_of(events: pl.Expr) -> dict[str, pl.Expr]:
    """Say what the hidden events ask for: the next clicked item, and all distinct items carted and ordered.

    As in the official script, a next click on article 0 counts as no label at all; later clicks do not take
    its place. `clicks` is an item or null, `carts` and `orders` are lists in order of appearance.
    """
    of_type = {name: events.list.filter(_TYPE.eq(name)).list.eval(_AID) for name in TYPES}
    click = of_type.pop("clicks").list.first()
    some = {name: items.list.unique(maintain_order=True) for name, items in of_type.items()}
    return {"clicks": pl.when(click != 0).then(click), **some}


def session_lines(events: pl.Expr) -> pl.Expr:
    """Write a session with these events, a list of event texts, as `json.dumps` does."""
    return pl.format('{{"session": {}, "events": [{}]}}', pl.col("session"), events.list.join(", "))


def event_texts() -> pl.Expr:
    """Write each event of a session as `json.dumps` does."""
    return _EVENTS.list.eval(pl.format('{{"aid": {}, "ts": {}, "type": "{}"}}', _AID, _TS, _TYPE))


def label_lines(labels: dict[str, pl.Expr]) -> pl.Expr:
    """Write labels as `json.dumps` does, without the types that have none."""
    texts = [pl.format('"clicks": {}', labels["clicks"])]
    for name in ("carts", "orders"):
        listed = labels[name].cast(pl.List(pl.String)).list.join(", ")
        texts.append(pl.when(labels[name].list.len() > 0).then(pl.format(f'"{name}": [{{}}]', listed)))
    inside = pl.concat_str(texts, separator=", ", ignore_nulls=True)
    return pl.format('{{"session": {}, "labels": {{{}}}}}', pl.col("session"), inside)
