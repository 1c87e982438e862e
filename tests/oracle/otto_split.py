"""OTTO's split in plain Python over sessions in memory, to compare the streaming one with."""

import random
from typing import Any

Session = dict[str, Any]

DAY_MS = 86_400_000


def split(sessions: list[Session], days: int, seed: int) -> dict[str, list[Session]]:
    """Return train sessions, full test sessions, test prefixes and labels (lists as sets)."""
    cut = max(session["events"][-1]["ts"] for session in sessions) - days * DAY_MS
    train, test = [], []
    for session in sessions:
        if session["events"][0]["ts"] > cut:
            test.append(session)
        else:
            train += keep(session, lambda event: event["ts"] < cut)
    seen = {event["aid"] for session in train for event in session["events"]}
    full = [kept for session in test for kept in keep(session, lambda event: event["aid"] in seen)]
    draw = random.Random(seed)
    shown = [length(draw, session) for session in full]
    return {
        "train_sessions": train,
        "test_sessions_full": full,
        "test_sessions": [{**s, "events": s["events"][:n]} for s, n in zip(full, shown, strict=True)],
        "test_labels": [
            {"session": s["session"], "labels": labels(s["events"][n:])} for s, n in zip(full, shown, strict=True)
        ],
    }


def keep(session: Session, wanted: Any) -> list[Session]:
    """Return the session with the wanted events, or nothing if fewer than two remain."""
    events = [event for event in session["events"] if wanted(event)]
    return [{**session, "events": events}] if len(events) >= 2 else []


def length(draw: random.Random, session: Session) -> int:
    """Draw a prefix length after the two 32-bit draws that the official run-time checks make."""
    for _ in range(2):
        draw.getrandbits(32)
    return draw.randint(1, len(session["events"]) - 1)


def labels(hidden: list[Session]) -> dict[str, Any]:
    """Return what the hidden events ask for; a next click on article 0 asks for nothing."""
    clicks = [event["aid"] for event in hidden if event["type"] == "clicks"]
    asked: dict[str, Any] = {"clicks": clicks[0]} if clicks and clicks[0] != 0 else {}
    for name in ("carts", "orders"):
        items = {event["aid"] for event in hidden if event["type"] == name}
        if items:
            asked[name] = items
    return asked
