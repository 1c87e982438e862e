"""What the sources' tests share: fitting a source as the engine does, and its proposals as plain rows."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest

from candidates.source import CountingSource, Fitted, History, Source, WholeSource
from tests.oracle.frames import ITEMS


@pytest.fixture
def fit() -> Callable[..., Fitted]:
    """Fit a source on EVENTS before `until` into a folder: as a sum over shards, or at once."""

    def fit_source(
        source: Source,
        shards: Sequence[pl.DataFrame],
        until,
        into: Path,
        fitted: Mapping[str, Fitted] | None = None,
        items: pl.DataFrame = ITEMS,
    ) -> Fitted:
        into.mkdir(parents=True, exist_ok=True)
        if not isinstance(source, CountingSource):
            assert isinstance(source, WholeSource)
            return source.fit(History(pl.concat(shards).lazy(), until, items.lazy()), fitted or {}, into)
        partials = [source.count(History(shard.lazy(), until, items.lazy())).collect() for shard in shards]
        for name, table in source.merge(pl.concat(partials).lazy()).items():
            table.collect().write_parquet(into / f"{name}.parquet")
        return Fitted(into)

    return fit_source


@pytest.fixture
def propose(fit, tmp_path) -> Callable[..., list]:
    """Rows of a source with one member: fitted on a history, asked with prefixes."""

    def rows(source: Source, history: pl.DataFrame, until, prefixes: pl.DataFrame, k: int) -> list:
        fitted = fit(source, [history], until, tmp_path / source.name)
        return source.recall(prefixes.lazy(), fitted, k)[source.name].collect().rows()

    return rows
