"""What `value` builds: closed sessions, what was known as of each start, a model a cut, and what it is worth."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from data.tables import read_json
from pipeline.plans.prepare import PrepareRun
from pipeline.settings.value import Value
from pipeline.store.store import Artifact
from pipeline.tasks.value_leaks import build_leaks
from pipeline.tasks.value_model import build_scored, build_value_model, build_value_results
from pipeline.tasks.value_rows import build_asked, build_closed, build_described, build_past, span_of
from value.money.model import ValueConfig
from value.session.cuts import Span, ValueCut


class ValueRun(PrepareRun):
    """Builds the artifacts of `value` from a log, each once and only when asked for."""

    @property
    def value(self) -> Value:
        """The configuration of value models."""
        return self.config.value

    @property
    def how(self) -> ValueConfig:
        """How values are learnt, with the search that the command line asks for."""
        how = self.value.model
        return how if self.config.tune is None else replace(how, search=replace(how.search, trials=self.config.tune))

    @cached_property
    def span(self) -> Span:
        """When sessions begin that are learnt from and scored."""
        config = self.config
        return span_of(self.log.path, config.folds, self.value.learn_from, config.test is not None)

    @cached_property
    def closed(self) -> Artifact:
        """CLOSED and TOUCHED of the log."""
        how: dict[str, Any] = {"span": self.span, "targets": self.value.targets, "shards": self.config.shards}
        build = partial(build_closed, log=self.log.path, **how)
        return self.store.make("value/closed", build, config=list(how.values()), needs=[self.log])

    @cached_property
    def past(self) -> Artifact:
        """What was known from which moment on."""
        build = partial(build_past, log=self.log.path, closed=self.closed.path, span=self.span)
        return self.store.make("value/past", build, config=self.span, needs=[self.log, self.closed])

    @cached_property
    def asked(self) -> dict[str, Artifact]:
        """Every cut's queries and prefixes."""
        return {name: self._asked(name) for name in self.value.cuts}

    def _asked(self, name: str) -> Artifact:
        config, test_log = self.config, self.test_log
        cut = self.value.cuts[name]
        how: dict[str, Any] = {
            "span": self.span,
            "cut": cut,
            "test_cut": self._test_cut(cut),
            "folds": config.folds,
            "sampling": config.sampling,
            "shards": config.shards,
        }
        return self.store.make(
            f"{self.where}value/{name}/asked",
            partial(build_asked, log=self.log.path, test_log=test_log.path if test_log else None, **how),
            config=list(how.values()),
            needs=[self.log, *([test_log] if test_log else [])],
        )

    def _test_cut(self, cut: ValueCut) -> ValueCut:
        """How a test file's sessions are cut: not at all, unless the configuration says how."""
        at = self.config.folds.cut_test_file
        return replace(cut, at="whole", min_events=1) if at is None else replace(cut, at=at)

    @cached_property
    def described(self) -> dict[str, Sequence[Artifact]]:
        """Every cut's queries with their features, a shard each."""
        return {name: self._described(name) for name in self.value.cuts}

    def _described(self, name: str) -> Sequence[Artifact]:
        asked, shards = self.asked[name], self.config.shards
        how: dict[str, Any] = {"span": self.span, "targets": self.value.targets}
        folders: dict[str, Any] = {
            "log": self.log.path,
            "closed": self.closed.path,
            "past": self.past.path,
            "asked": asked.path,
        }
        return self.engine.map(
            lambda shard: self.store.make(
                f"{self.where}value/{name}/described/{shard:03d}",
                partial(build_described, shard=shard, **folders, **how),
                config=list(how.values()),
                needs=[self.log, self.closed, self.past, asked],
            ),
            range(shards),
        )

    def _checked(self, name: str) -> Artifact:
        asked, described = self.asked[name], self.described[name]
        allowed = self.config.allow_leaks
        build = partial(
            build_leaks,
            asked=asked.path,
            described=[artifact.path for artifact in described],
            closed=self.closed.path,
            allowed=allowed,
            warn=self.store.report,
        )
        needs = [asked, self.closed, *described]
        return self.store.make(f"{self.where}value/{name}/leaks", build, config=allowed, needs=needs)

    def _model(self, name: str) -> Artifact:
        value, cut = self.value, self.value.cuts[name]
        described, also = self.described[name], [a for other in cut.learn_too for a in self.described[other]]
        how: dict[str, Any] = {
            "targets": value.targets,
            "how": self.how,
            "left_out": list(value.leave_out),
            "most": value.training_rows,
        }
        build = partial(
            build_value_model,
            described=[a.path for a in described],
            also=[a.path for a in also],
            studies=self.output / "value" / name / "study.sqlite",
            report=lambda line: self.store.report(f"{name}: {line}"),
            **how,
        )
        needs = [*described, *also, self._checked(name)]
        return self.store.make(f"{self.where}value/{name}/model", build, config=list(how.values()), needs=needs)

    @cached_property
    def models(self) -> dict[str, Artifact]:
        """Every cut's model."""
        return {name: self._model(name) for name in self.value.cuts}

    def _scored(self, name: str) -> Sequence[Artifact]:
        model, targets = self.models[name], self.value.targets
        return [
            self.store.make(
                f"{self.where}value/{name}/scored/{shard:03d}",
                partial(
                    build_scored,
                    described=described.path,
                    model=model.path,
                    targets=targets,
                    shard=shard,
                    cut=name,
                ),
                config=targets,
                needs=[described, model],
            )
            for shard, described in enumerate(self.described[name])
        ]

    @cached_property
    def results(self) -> dict[str, Any]:
        """The metrics, as in value_metrics.json; values.parquet stands beside it."""
        scored = {name: self._scored(name) for name in self.value.cuts}
        files = {
            name: [a.path / f"{shard:03d}.parquet" for shard, a in enumerate(shards)] for name, shards in scored.items()
        }
        made = self.store.make(
            f"{self.where}value/results",
            partial(build_value_results, scored=files, models={n: a.path for n, a in self.models.items()}),
            config=list(files),
            needs=[*(a for shards in scored.values() for a in shards), *self.models.values()],
        )
        for file in ("value_metrics.json", "values.parquet"):
            self._publish(made, file)
        return read_json(made.path / "value_metrics.json")
