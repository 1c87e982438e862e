"""What `value` builds: closed sessions, what was known as of each start, a model a cut, and what it is worth."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import polars as pl

from data.silent import named_sessions, unvalued_warning
from data.tables import read_json, scan
from data.warned import read_warnings
from features import VALUE_GROUPS, FeatureGroup
from features.groups.catalogue_order import catalogue_order
from pipeline.plans.place import Place
from pipeline.plans.prepare import Preparation
from pipeline.saying import say_warnings
from pipeline.settings.config import Config
from pipeline.store.task import Artifact
from pipeline.tasks.moments import is_drawn
from pipeline.tasks.value_leaks import ValueLeaks
from pipeline.tasks.value_model import ScoredSessions, SessionValueModel, ValueResults
from pipeline.tasks.value_rows import AskedSessions, ClosedSessions, DescribedSessions, ValuePast, span_of
from value.money.model import ValueConfig
from value.session.cuts import Span, ValueCut


class SessionValue:
    """Builds the values of a log's sessions, each artifact once and only when asked for.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    prepared
        The logs' tables.
    """

    def __init__(self, config: Config, place: Place, prepared: Preparation) -> None:
        self.config = config
        self.settings = config.value
        self.place = place
        self.prepared = prepared
        self.looked: list[Mapping[str, Any]] = []

    @property
    def warnings(self) -> tuple[Mapping[str, Any], ...]:
        """What looked wrong in the logs, and in the questions."""
        return (*self.prepared.log_warnings, *self.looked)

    @property
    def learning(self) -> ValueConfig:
        """How values are learnt, with the search that the command line asks for."""
        given, trials = self.settings.model, self.config.tune
        return given if trials is None else replace(given, search=replace(given.search, trials=trials))

    @cached_property
    def groups(self) -> tuple[FeatureGroup, ...]:
        """What describes sessions; no order of the catalogue where the log's order of one moment means nothing."""
        drawn = is_drawn(self.prepared.log.path)
        return tuple(group for group in VALUE_GROUPS if not (drawn and group is catalogue_order))

    @property
    def group_names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(group.name for group in self.groups)

    @cached_property
    def span(self) -> Span:
        """When sessions begin that are learnt from and scored."""
        config = self.config
        return span_of(self.prepared.log.path, config.folds, self.settings.learn_from, config.test is not None)

    @cached_property
    def closed(self) -> Artifact:
        """CLOSED and TOUCHED of the log."""
        task = ClosedSessions(self.prepared.log, self.span, self.settings.targets, self.config.shards)
        return self.place.store.make("value/closed", task)

    @cached_property
    def past(self) -> Mapping[str, Artifact]:
        """What was known from which moment on, by group."""
        log, closed = self.prepared.log, self.closed
        groups = [group for group in self.groups if group.from_history]
        tasks = {f"value/past/{group.name}": ValuePast(group, log, closed, self.span) for group in groups}
        made = self.place.store.make_all(tasks)
        return {group.name: artifact for group, artifact in zip(groups, made, strict=True)}

    @cached_property
    def asked(self) -> Mapping[str, Artifact]:
        """Every cut's queries and prefixes."""
        return {name: self._asked(name) for name in self.settings.cuts}

    @cached_property
    def described(self) -> Mapping[str, tuple[Artifact, ...]]:
        """Every cut's queries with their features, a shard each."""
        return {name: self._described(name) for name in self.settings.cuts}

    @cached_property
    def models(self) -> Mapping[str, Artifact]:
        """Every cut's model."""
        return {name: self._model(name) for name in self.settings.cuts}

    @cached_property
    def results(self) -> dict[str, Any]:
        """The metrics, as in value_metrics.json; values.parquet stands beside it."""
        self._tell_who_is_asked()
        scored = {name: self._scored(name) for name in self.settings.cuts}
        made = self.place.make("value/results", ValueResults(scored, self.models, self.unvalued, self.warnings))
        for file in ("value_metrics.json", "values.parquet"):
            self.place.publish(made, file)
        return read_json(made.path / "value_metrics.json")

    @cached_property
    def unvalued(self) -> dict[str, int]:
        """Sessions of a test file of which no value is told, by cut; said where there are any."""
        file = self.prepared.test_log
        if file is None or self.config.sampling.tag:
            return {}
        sessions = named_sessions(file.path).select(pl.len()).collect().item()
        found = {}
        for name, asked in self.asked.items():
            mine = scan(asked.path / "test" / "queries").select(pl.col("session").n_unique()).collect().item()
            if seen := unvalued_warning(name, mine, sessions):
                self.looked += say_warnings([warned.plain() for warned in seen], self.looked)
                found[name] = sessions - mine
        return found

    def _tell_who_is_asked(self) -> None:
        span = self.span
        if self.config.ingest.by == "user" and self.config.test is None:
            self.place.store.report(
                f"a session is all of a user: values are learnt from users whose first event lies from "
                f"{span.learn_from:%Y-%m-%d %H:%M} to {span.test_start:%Y-%m-%d %H:%M} UTC and told of those who come "
                f"first after it, to {span.end:%Y-%m-%d %H:%M}; `input.sessions.by: gap` asks every visit"
            )

    def _asked(self, name: str) -> Artifact:
        config, cut = self.config, self.settings.cuts[name]
        task = AskedSessions(
            log=self.prepared.log,
            test_log=self.prepared.test_log,
            span=self.span,
            cut=cut,
            test_cut=self._test_cut(cut),
            folds=config.folds,
            sampling=config.sampling,
            shards=config.shards,
        )
        made = self.place.make(f"value/{name}/asked", task)
        self.looked += say_warnings(read_warnings(made.path), self.looked)
        return made

    def _test_cut(self, cut: ValueCut) -> ValueCut:
        """How a test file's sessions are cut: not at all, unless the configuration says how."""
        at = self.config.folds.cut_test_file
        return replace(cut, at="whole", min_events=1) if at is None else replace(cut, at=at)

    def _described(self, name: str) -> tuple[Artifact, ...]:
        known = self.prepared.log, self.closed, self.past, self.asked[name]
        told = self.groups, self.span, self.settings.targets
        return self.place.make_shards(
            f"value/{name}/described",
            [DescribedSessions(*known, shard, *told) for shard in range(self.config.shards)],
        )

    def _checked(self, name: str) -> Artifact:
        task = ValueLeaks(self.asked[name], self.described[name], self.closed, self.config.allow_leaks)
        made = self.place.make(f"value/{name}/leaks", task)
        self.looked += say_warnings(read_warnings(made.path), self.looked)
        return made

    def _model(self, name: str) -> Artifact:
        settings, cut = self.settings, self.settings.cuts[name]
        task = SessionValueModel(
            described=self.described[name],
            also=tuple(shard for other in cut.learn_too for shard in self.described[other]),
            checked=self._checked(name),
            targets=settings.targets,
            settings=self.learning,
            left_out=settings.leave_out,
            most=settings.training_rows,
            studies=self.place.output / "value" / name / "study.sqlite",
            name=name,
        )
        return self.place.make(f"value/{name}/model", task)

    def _scored(self, name: str) -> tuple[Artifact, ...]:
        model, targets = self.models[name], self.settings.targets
        return self.place.make_shards(
            f"value/{name}/scored",
            [
                ScoredSessions(described, model, targets, shard, name)
                for shard, described in enumerate(self.described[name])
            ],
        )
