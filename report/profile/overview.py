"""What a log holds, in numbers that are read first."""

from collections.abc import Mapping
from typing import Any

from report.page.blocks import Block, Headline, Headlines, Prose, Section
from report.profile.frames import headline, share

WEEK = 7


def headlines(profile: Mapping[str, Any]) -> tuple[Headline, ...]:
    """The numbers of a log that are read first, on the page and on a console."""
    log, popular = profile["log"], profile["popularity"]["concentration"][0]
    worth = profile["money"].get("sessions")
    visitors = profile["visitors"]
    stages = {row["stage"]: row["share"] for row in profile["sessions"]["funnel"]}
    found = [
        headline("events", log["events"], "log.events", f"of {log['rows']:,} rows read"),
        headline("sessions", log["sessions"], "log.sessions"),
        headline("visitors", log["users"] or "not named", "log.users"),
        headline("items", log["items"], "log.items"),
        Headline("sessions that order", share(stages["orders"]), "", "sessions.funnel"),
        Headline(
            "events of the top 1 % of items",
            share(popular["top1"]),
            "-" if popular["gini"] is None else f"Gini {popular['gini']:.3f}",
            "popularity.concentration",
        ),
    ]
    if log["days"] is not None:
        found.insert(1, headline("days", log["days"], "log.days", f"{log['first'][:10]} to {log['last'][:10]}"))
    if visitors and (told := visitors["returned_within"]):
        back = next((row for row in told if row["days"] == WEEK), told[-1])
        found.append(
            Headline(f"back within {back['days']} days", share(back["share"]), f"of {back['visitors']:,} visitors")
        )
    if worth:
        top = worth["spread"]
        found.append(headline("a session that is worth anything", top["mean"], "", f"median {top['q0.5']:,.2f}"))
        found.append(Headline("money of the top 1 % of those", share(top["top1"])))
    return tuple(found)


def overview(profile: Mapping[str, Any]) -> Section:
    """Headlines, and what looked wrong."""
    log, said = profile["log"], profile["warnings"]
    blocks: list[Block] = [Headlines(headlines(profile))]
    if log["days"] is None:
        blocks.append(
            Prose(
                "The log has no clock: only the order of its events means anything, so nothing here is told of times."
            )
        )
    if log["whole_users"]:
        blocks.append(Prose("A session is all of a visitor; where visits are told of, a pause ends one."))
    if log["refunds"]:
        back = log["refunds"]
        blocks.append(
            Prose(f"{back['refunded']:,.2f} of {back['revenue']:,.2f} went back; money is told here before that.")
        )
    blocks += [Prose(f"Looks wrong: {one}") for one in said] or [Prose("Nothing looks wrong in the log.")]
    return Section("overview", "What the log holds", blocks)
