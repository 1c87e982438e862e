"""Whom to address and what it brings, in numbers that are read first."""

from collections.abc import Mapping
from typing import Any

from report.addressed.wording import ONE, asked, between, money, paid, share
from report.page.blocks import Block, Headline, Headlines, Prose, Section

HOW = (
    "Profit is margin x value less the cost of addressing, of all who are addressed. The whole value counts as if it "
    "came because of that: where it comes anyhow, give the margin of what addressing adds."
)
OF_SESSIONS = (
    " Value is what a session will still bring beyond what it has brought already. A session with several moments "
    "stands as of one: the latest, or one drawn by a hash where it is known how the session ended."
)


def headlines(told: Mapping[str, Any]) -> tuple[Headline, ...]:
    """The numbers that are read first, on the page and on a console."""
    counts, said, judged = told["counts"], told["promised"], told["judged"]
    if not counts["rows"]:
        return (Headline("to address", "0", "there is nobody", "counts.addressed"),)
    cut, one = said["cut"], ONE[told["of"]]
    bound = "" if told["worth_from"] is None else f", each expected to bring {money(told['worth_from'])} or more"
    found = [
        Headline(
            f"{told['of']} to address",
            f"{counts['addressed']:,}",
            f"{share(cut['share'])} of {counts['rows']:,}{bound}",
            "counts.addressed",
        ),
        Headline("profit expected of them", money(cut["promised"]), _range(cut), "promised.cut.promised"),
        Headline("profit expected of everyone", money(said["everyone"]["promised"]), "", "promised.everyone.promised"),
    ]
    if judged is None:
        return tuple(found)
    cut, best = judged["cut"], judged["best"]
    return (
        *found,
        Headline("profit that came", money(cut["true"]), f"95 %: {between(cut)}", "judged.cut.true"),
        Headline(f"of as many {told['of']}, drawn blindly", money(judged["at_random"]), "", "judged.at_random"),
        Headline("of everyone", money(judged["everyone"]["true"]), between(judged["everyone"]), "judged.everyone.true"),
        Headline(
            "best in hindsight",
            money(best["true"]),
            f"at {share(best['share'])} ({share(best['share_low'])} to {share(best['share_high'])}), by this order of "
            f"{one}s",
            "judged.best.true",
        ),
    )


def _range(cut: Mapping[str, Any]) -> str:
    return "" if cut["low"] is None else f"{between(cut)} if all came in low, or high"


def overview(told: Mapping[str, Any]) -> Section:
    """Headlines, and how they are counted."""
    sessions = OF_SESSIONS if told["of"] == "sessions" else ""
    blocks: list[Block] = [
        Headlines(headlines(told)),
        Prose(f"Of {told['of']} by {asked(told)}: {paid(told)}. {HOW}{sessions}"),
        Prose(certainty(told)),
    ]
    return Section("whom", "Whom to address", blocks)


def certainty(told: Mapping[str, Any]) -> str:
    """What the interval is of."""
    counts = told["counts"]
    if told["judged"] is None:
        return (
            "What these bring is not known yet, so nothing could be judged. The range adds up the low, or the high, "
            "ends of all who are addressed: it is wider than an interval of their sum."
        )
    if not told["same_rows"]:
        return (
            f"What these bring is not known yet: what came is that of {counts['judged']:,} earlier ones "
            f"({told['about']['judged']}), addressed by the same rule. Its 95 % intervals are the bootstrap's over "
            f"them ({told['judged']['draws']} draws)."
        )
    part = "" if counts["judged"] == counts["rows"] else f" {counts['judged']:,} of"
    return (
        f"What came is known of{part or ' all'} {counts['rows']:,}: 95 % intervals are the bootstrap's over "
        f"{told['of']} ({told['judged']['draws']} draws). The best cut in hindsight was chosen on the rows that it is "
        "measured by, and flatters."
    )
