"""Sources, describer and rankers in memory: from what sessions show to their lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.source import Fitted
from data.barred import Barred
from data.candidates import Candidates
from data.rules.opened import OpenRules
from data.sound import need, need_codes
from data.tables import item_codes, read_whole
from data.visible import Visible
from features import GROUPS
from features.described import Described
from features.describer import Describer, tables_to_describe
from ranker.candidate_order import OrderedProposer, open_ordered
from ranker.lambdarank import Scorer
from ranker.listing import Lister
from ranker.model_files import load_scorer
from ranker.top import TopLists
from serving.contents import RankingContents
from serving.reading import EventReader
from serving.shown import Shown

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class OpenRanking:
    """Sources, describer and rankers in memory.

    Parameters
    ----------
    contents
        Where they were opened from.
    reader
        Reads events.
    proposer, describer, scorers
        Propose candidates, describe them, score them for each objective.
    lister
        Makes lists, of what may be proposed.
    items
        ITEMS' keys and texts, by code.
    """

    contents: RankingContents
    reader: EventReader
    proposer: OrderedProposer
    describer: Describer
    scorers: Mapping[str, Scorer]
    lister: Lister
    items: pl.DataFrame

    @classmethod
    def open(cls, contents: RankingContents) -> "OpenRanking":
        """Read everything."""
        fitted = {name: Fitted(folder) for name, folder in contents.fits.items()}
        order = contents.order, contents.sources, fitted, contents.per_source, contents.threads
        groups = tuple(group for group in GROUPS if group.name in contents.groups)
        tables = tables_to_describe(contents.log.items, contents.pairs, contents.history)
        barred = Barred.open(contents.barred, contents.filters) if contents.barred else None
        rules = OpenRules.open(contents.rules) if contents.rules else None
        items = read_whole(contents.log.items, columns=["item", "key", "text"]).sort("item")
        need(items["item"].to_list() == list(range(items.height)), f"{contents.log.items} has not an item a code")
        popular = item_codes(contents.popular)
        need_codes(popular, items.height, "popular")
        opened = {folder: load_scorer(folder) for folder in dict.fromkeys(contents.models.values())}
        return cls(
            contents=contents,
            reader=EventReader.open(contents.log),
            proposer=open_ordered(*order),
            describer=Describer.open(groups, tables),
            scorers={objective: opened[folder] for objective, folder in contents.models.items()},
            lister=Lister(popular, barred, rules),
            items=items,
        )

    @property
    def threads(self) -> int:
        """Of scoring; a few rows are scored in one."""
        return self.contents.threads

    @cached_property
    def item_keys(self) -> pl.Series:
        """The shop's keys, by code."""
        return self.items["key"].rechunk()

    def propose(self, visible: Visible) -> Candidates:
        """The candidates that are ranked."""
        return self.proposer(visible).first(self.contents.total)

    def describe(self, visible: Visible) -> Described:
        """The same with their features."""
        return self.describer(visible, self.propose(visible))

    def score(self, described: Described) -> dict[str, Floats]:
        """Scores for each objective; a model that serves several is asked once."""
        asked: dict[int, Floats] = {}
        for scorer in self.scorers.values():
            if id(scorer) not in asked:
                asked[id(scorer)] = scorer(described, self.threads)
        return {objective: asked[id(scorer)] for objective, scorer in self.scorers.items()}

    def rank(self, shown: Shown, k: int) -> dict[str, TopLists]:
        """The best `k` for each objective."""
        described = self.describe(shown.visible)
        return self.list(shown, described.candidates, self.score(described), k)

    def list(self, shown: Shown, candidates: Candidates, scores: Mapping[str, Floats], k: int) -> dict[str, TopLists]:
        """The best `k` by scores of what may be proposed, filled up with what is popular."""
        new = tuple(shown.new_items)
        return self.lister(shown.visible, candidates, scores, k, new, shown.known_items).lists

    def item_names(self, shown: Shown) -> pl.DataFrame:
        """ITEMS' item, key and text, those that the log lacks too."""
        new = pl.DataFrame(
            {"item": range(shown.known_items, shown.known_items + len(shown.new_items)), "key": shown.new_items},
            schema={"item": pl.UInt32, "key": pl.String},
        )
        return pl.concat([self.items, new.with_columns(text=pl.lit(None, pl.String))])
