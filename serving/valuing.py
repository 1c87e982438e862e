"""Values of running sessions, from what was learnt of closed ones, opened once."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from data.tables import items_before, read_json, scan
from features import VALUE_GROUPS
from serving.contents import ValueContents
from serving.shown import Shown
from value.money.fitted import COLUMNS, ValueModel
from value.session.amended import visits_known
from value.session.described import anchor
from value.session.describer import SessionDescriber
from value.session.net import net_prefixes
from value.session.targets import Targets


@dataclass(frozen=True)
class SessionValuer:
    """A describer of sessions and a model a cut, in memory.

    Parameters
    ----------
    describer
        Describes sessions.
    models
        By cut: the model, and the features that it reads.
    targets
        What is predicted.
    """

    describer: SessionDescriber
    models: Mapping[str, tuple[ValueModel, list[str]]]
    targets: Targets

    @classmethod
    def open(cls, contents: ValueContents) -> "SessionValuer":
        """Read everything."""
        groups = tuple(group for group in VALUE_GROUPS if group.name in contents.groups)
        tables = {"items": items_before(contents.tables, contents.names_until)} | visits_known(contents.closed)
        tables |= {name: scan(folder) for name, folder in contents.past.items()}
        return cls(
            describer=SessionDescriber.open(groups, tables, contents.targets),
            models={
                cut: (ValueModel.load(folder / "model"), read_json(folder / "naive.json")["features"])
                for cut, folder in contents.models.items()
            },
            targets=contents.targets,
        )

    def __call__(self, shown: Shown) -> pl.DataFrame:
        """cut, session, events and the outputs of `ValueModel.predict`, a row a session and cut."""
        queries, prefixes = shown.queries(), shown.prefixes()
        if shown.back is not None:
            items = self.describer.tables["items"].lazy()
            prefixes = net_prefixes(prefixes.lazy(), queries.lazy(), items, shown.back.lazy()).collect()
        table = self.describer(queries, prefixes)
        said = []
        for cut, (model, features) in self.models.items():
            outputs = model.predict(table.select(features), anchor(table, self.targets)).select(COLUMNS)
            about = table.select(pl.lit(cut).alias("cut"), "events", session="session_key")
            said.append(about.select("cut", "session", "events").hstack(outputs))
        return pl.concat(said)
