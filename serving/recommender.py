"""What a working directory has learnt, opened once: lists, reasons, probabilities and values for running sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.given import Table
from data.paths import path_of
from data.popularity import MOST_TOP
from data.sound import opening
from ranker.action_models import ActionProbabilities
from ranker.actions import best_actions
from ranker.session_lists import Asked, SessionLists, lists_with_reasons
from serving.answers import KeysOf, as_frame
from serving.contents import ActionContents, Contents, RankingContents, ValueContents, read_contents, read_parts
from serving.ranking import OpenRanking
from serving.reading import EventReader
from serving.valuing import SessionValuer
from serving.whole import refuse_damage


@dataclass(frozen=True)
class Recommender:
    """Answers for one session or many at once; what it says of a session does not depend on the others.

    It may be asked by several threads at once. What it opens it opens when it is first asked for.

    Parameters
    ----------
    folder
        The working directory, or a sample's own folder in it.
    """

    folder: Path

    @classmethod
    def load(cls, workdir: str | Path) -> "Recommender":
        """Open what `python -m pipeline.run` (or `rank`, `actions`, `value`) has left in a working directory.

        Raises
        ------
        AisleError
            If it has left nothing there.
        """
        if not isinstance(workdir, str | Path) or not str(workdir).strip():
            raise AisleError(f"`workdir` is {workdir!r}: name the working directory of a run.")
        loaded = cls(path_of(workdir, "workdir"))
        if not read_contents(RankingContents, loaded.folder) and not read_contents(ValueContents, loaded.folder):
            raise AisleError(f"{workdir}: nothing was learnt here; run `python -m pipeline.run` into it first.")
        return loaded

    def recommend(self, events: Table, k: int | None = None) -> pl.DataFrame:
        """The best items of every session for each objective.

        Parameters
        ----------
        events
            What the sessions have done, in the log's own columns and the shop's keys (see `serving.reading`).
        k
            Items a list; null for as many as the run published.

        Returns
        -------
        pl.DataFrame
            session, events (how many are visible), type, rank, item, score; a session's lists together, sessions in
            the order of their first rows. Score is null where the catalogue's popular items fill a list.

        Raises
        ------
        AisleError
            If the events cannot be read, or no ranker was trained.
        """
        ranking = self._ranking
        most = ranking.contents.top if k is None else k
        if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= MOST_TOP:
            raise AisleError(f"`k` is {k!r}: ask for a whole number of items, from 1 to {MOST_TOP:,}.")
        shown = ranking.reader(events)
        return as_frame(ranking.rank(shown, most), shown, ranking.item_keys)

    def explain(self, events: Table) -> SessionLists:
        """One session's visible events, its lists and the reasons for them.

        Raises
        ------
        AisleError
            If the events are of several sessions, or cannot be read.
        """
        ranking = self._ranking
        shown = ranking.reader(events)
        if len(shown.sessions) != 1:
            raise AisleError(f"`events` are of {len(shown.sessions)} sessions; explain them one by one.")
        asked = Asked(0, shown.sessions[0], int(shown.events[0]), 0)
        described = ranking.describe(shown.visible)
        names = ranking.item_names(shown)
        prefixes = shown.prefixes()
        lists = ranking.list(shown, described.candidates, ranking.score(described), ranking.contents.top)
        return lists_with_reasons(asked, prefixes, described, ranking.scorers, lists, names, ranking.threads)

    def actions(self, events: Table, top: int | None = None) -> pl.DataFrame:
        """How likely each session clicks, carts and orders its best candidates.

        Parameters
        ----------
        events
            As in `recommend`.
        top
            Candidates a session; null for as many as the run told.

        Returns
        -------
        pl.DataFrame
            session, events, item, p_click, p_cart, p_order; best first.

        Raises
        ------
        AisleError
            If the events cannot be read, or `python -m pipeline.actions` was not run here.
        """
        contents, probabilities = self._actions
        ranking = self._ranking
        shown = ranking.reader(events)
        described = ranking.describe(shown.visible)
        rows = described.frame(shown.visible.query)
        best = best_actions(rows, probabilities(rows, ranking.threads), contents.top if top is None else top)
        keys = KeysOf(ranking.item_keys, shown)
        query = best["query"].to_numpy()
        return best.select(
            pl.Series("session", [shown.sessions[number] for number in query], dtype=pl.String),
            pl.Series("events", shown.events[query], dtype=pl.UInt16),
            keys(best["item"].to_numpy()).alias("item"),
            *(column for column in best.columns if column.startswith("p_")),
        )

    def value(self, events: Table) -> pl.DataFrame:
        """What each session will be worth in the end.

        Parameters
        ----------
        events
            As in `recommend`.

        Returns
        -------
        pl.DataFrame
            cut (the model that says it), session, events, purchase_probability, expected_value, rmsle_value,
            mae_value, low, high; a row a session and model.

        Raises
        ------
        AisleError
            If the events cannot be read, or `python -m pipeline.value` was not run here.
        """
        reader, valuer = self._value
        return valuer(reader(events))

    @cached_property
    def _ranking(self) -> "OpenRanking":
        contents = read_contents(RankingContents, self.folder)
        if contents is None:
            raise AisleError(f"{self.folder}: no ranker was trained here; run `python -m pipeline.run` on it first.")
        with self._opening(RankingContents):
            return OpenRanking.open(contents)

    @cached_property
    def _actions(self) -> tuple[ActionContents, ActionProbabilities]:
        contents = read_contents(ActionContents, self.folder)
        if contents is None:
            raise AisleError(f"{self.folder}: no probabilities were learnt; run `python -m pipeline.actions` first.")
        models = self._ranking.contents.models
        with self._opening(ActionContents):
            return contents, ActionProbabilities.open(models, contents.learnt)

    @cached_property
    def _value(self) -> tuple[EventReader, SessionValuer]:
        contents = read_contents(ValueContents, self.folder)
        if contents is None:
            raise AisleError(f"{self.folder}: no values were learnt; run `python -m pipeline.value` on it first.")
        with self._opening(ValueContents):
            return EventReader.open(contents.log), SessionValuer.open(contents)

    @contextmanager
    def _opening(self, kind: type[Contents]) -> Iterator[None]:
        """See that all is whole before anything is opened, and say in one line what cannot be."""
        refuse_damage(read_parts(kind, self.folder), self.folder)
        with opening(self.folder):
            yield
