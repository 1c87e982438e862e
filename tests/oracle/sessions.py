"""The gap rule in plain Python."""


def gap_sessions(events: list[tuple[str, int]], gap_ms: int) -> list[tuple[str, int]]:
    """For each (user, ms) the session as (user, ms of its first event), in the order of `events`."""
    found = []
    for user, ms in events:
        first = ms
        for earlier in sorted((t for u, t in events if u == user and t <= ms), reverse=True):
            if first - earlier > gap_ms:
                break
            first = earlier
        found.append((user, first))
    return found
