"""How popular the history's items are, and who visited before: what lists are judged against beyond accuracy."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.tables import write
from evaluation.beyond.popularity import item_popularity, visitors_of
from pipeline.tasks.past import Past


@dataclass(frozen=True)
class Popularity:
    """items.parquet (`evaluation.beyond.popularity.item_popularity`), users.parquet (user) and visitors.parquet (n).

    Parameters
    ----------
    past
        The scored fold's history.
    """

    past: Past

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        events = self.past.whole.events
        users = events.select("user").filter(pl.col("user").is_not_null()).unique().sort("user")
        write(users, into / "users.parquet")
        write(pl.DataFrame({"n": [visitors_of(events)]}), into / "visitors.parquet")
        return {"items": write(item_popularity(events), into / "items.parquet")}
