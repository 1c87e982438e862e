"""What is worth what a stored model says of a log's customers, or what was said of them: measured on what came."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.errors import AisleError
from data.shortened import some
from data.tables import read_whole
from pipeline.plans.asked_log import AskedLog
from pipeline.store.task import RawFile
from pipeline.tasks.lifetime_results import judged, judged_rows
from pipeline.tasks.lifetime_values import CUSTOMER, read_values, refuse_twice
from pipeline.tasks.shards import shard_files
from value.lifetime.rows import horizon_name
from value.lifetime.table import KEY, MOMENT

ORIGIN = "origin"
Metrics = dict[str, Any]


def judged_model(asked: AskedLog, size: int, gates: Sequence[RawFile], report: Callable[[str], None]) -> Metrics:
    """The measures of a model's answers at the log's moment, as `pipeline.ltv` gives them.

    Parameters
    ----------
    asked
        The log, to be `judged`.
    size, gates
        As in `AskedLog.scored`.
    report
        Called with a line for each horizon that is not over, and where the model may know what it is judged by.
    """
    if asked.customers.moment < (origin := asked.model.origin):
        report(
            f"{asked.name}: lies before {origin:%Y-%m-%d}, when the model was learnt; on the same shop's log it has "
            "seen what it is judged by, and measures flatter it"
        )
    horizons = _over(asked, report)
    found = judged({asked.name: shard_files(asked.scored(size, gates))}, horizons)
    return found | {"warnings": list(asked.prepared.log_warnings)}


def judged_predictions(
    log: Callable[[datetime | None], AskedLog], file: Path, at: datetime | None, report: Callable[[str], None]
) -> Metrics:
    """The measures of predictions that were stored, at each of their origins.

    Parameters
    ----------
    log
        The log as of a moment, to be judged.
    file
        Predictions, as `pipeline.ltv_predict` writes them.
    at
        The origin that is judged; null: all that the file has.
    report
        Called with a line for what is left out.

    Raises
    ------
    AisleError
        If the file does not hold predictions of the log's customers, or names one twice at an origin.
    """
    found: Metrics = {"ltv": {}, "segments": {}, "order_violations": {}, "counts": {}}
    seen: list[Mapping[str, Any]] = []
    for origin, rows in _by_origin(file, log(at), at):
        asked = log(origin)
        horizons, truth = _over(asked, report), read_whole(asked.truth.path / "truth.parquet")
        strange = rows.join(truth, on=KEY, how="anti").height
        if strange == rows.height:
            raise AisleError(f"{file}: the log knows none of its {strange:,} customers; give the log they are of.")
        if strange:
            report(f"{asked.name}: {strange:,} of {rows.height:,} customers are not of this log, and are not judged")
        for name, measures in judged_rows(rows, horizons, truth).items():
            found[name][asked.name] = measures
        seen += [one for one in asked.prepared.log_warnings if one not in seen]
    return found | {"warnings": seen}


def _by_origin(file: Path, asked: AskedLog, at: datetime | None) -> list[tuple[datetime, pl.DataFrame]]:
    rows = read_values(file, CUSTOMER, asked.config.ltv.names, (ORIGIN,)).rename({ORIGIN: MOMENT})
    rows = rows.with_columns(pl.col(MOMENT).cast(pl.Datetime("ms", "UTC")))
    moments = sorted(rows[MOMENT].drop_nulls().unique())
    if at is not None and at not in moments:
        told = some((f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in moments), 4)
        raise AisleError(f"{file}: has no predictions of `--at` {at:%Y-%m-%dT%H:%M:%S}; its origins are {told}.")
    parts = [(moment, rows.filter(pl.col(MOMENT) == moment)) for moment in moments if at in (None, moment)]
    for moment, part in parts:
        refuse_twice(part, file, f" at {moment:%Y-%m-%d}")
    return parts


def _over(asked: AskedLog, report: Callable[[str], None]) -> list[str]:
    """The horizons that are over, by name; a line for each other."""
    over = asked.customers.over
    for days in asked.config.ltv.horizons:
        if days not in over:
            end = f"{asked.customers.log_end:%Y-%m-%d %H:%M}"
            report(f"{asked.name} {horizon_name(days)}: left out, for it is not over by the log's end, {end} UTC")
    return [horizon_name(days) for days in over]
