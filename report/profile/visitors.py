"""Who comes back, and what they are worth."""

from collections.abc import Mapping
from typing import Any

from report.page.blocks import Block, Drawn, Section, Shown
from report.page.charts import bars, lines
from report.profile.frames import counted, dated, frame, share
from report.profile.times import each_period


def visitors(profile: Mapping[str, Any]) -> Section | None:
    """Returns, and new beside returning visitors; null where the log names no visitor or has no clock."""
    told = profile["visitors"]
    if told is None:
        return None
    once = told["visits"][0]["rows"] / told["visitors"]
    blocks: list[Block] = [
        Drawn(
            "visits-a-visitor",
            bars(counted(told["visits"]), "label", "rows", titles={"label": "visits", "rows": "visitors"}),
            f"Visitors by how often they came; {share(once)} are in the first bar.",
            f"Bars from one visit upwards, of {told['visitors']:,} visitors.",
        )
    ]
    if told["days_between"]:
        blocks.append(
            Drawn(
                "days-between",
                bars(
                    counted(told["days_between"]),
                    "label",
                    "rows",
                    titles={"label": "since the visit before", "rows": "visits"},
                ),
                "Visits after the first by the time since the one before.",
                "Bars from short to long pauses.",
            )
        )
    if told["returned_within"]:
        blocks.append(
            Shown(
                frame(told["returned_within"]),
                "Visitors who come back within so many days, of those whose first visit lies that long before the end "
                "of the log.",
                {"share": "share"},
            )
        )
    return Section("visitors", "Visitors", [*blocks, *_kinds(told)])


def _kinds(told: Mapping[str, Any]) -> list[Block]:
    over_time, each = dated(told["over_time"]), each_period(told["step"])
    return [
        Shown(
            frame(told["new_and_returning"]),
            "First visits beside later ones: events a visit, the share of visits with a cart and with an order, and "
            "money. A visitor who came before the log began counts as new.",
            {"carts": "share", "orders": "share", "value": "money", "value_a_visit": "money"},
        ),
        Drawn(
            "new-and-returning",
            lines(over_time, "period", "visits", color="visitor", titles={"period": "", "visits": f"visits in {each}"}),
            "Visits of new and of returning visitors over time.",
            "Two lines over time.",
        ),
    ]
