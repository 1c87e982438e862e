"""When a log's times are written in another way than the configuration says, by all of its rows."""

from collections.abc import Sequence
from pathlib import Path

from data.errors import AisleError
from data.formats import Unit
from data.validate import Tally
from data.values.clock import UNITLESS, ZONELESS
from data.values.samples import Sample, name_files
from data.values.time_samples import sample_key
from data.values.time_units import NANOSECONDS, UNITS, told_unit

NEARLY_ALL = 0.9
"""So large a share of numbers of another unit than the configured one, and the configuration is wrong."""
A_FEW = 0.01
"""A larger share of numbers of a second unit is no stray."""


def judge_times(tally: Tally, files: Sequence[Path]) -> None:
    """Stop where the times' form is the log's, and not a few rows' fault.

    Raises
    ------
    AisleError
        If half of the rows name no zone, or are numbers where no unit is set; or if numbers tell by their size that
        they count another unit than the configured one, or two units.
    """
    names, several = name_files(files), len(files) > 1
    half = (tally.kept + tally.quarantined.total()) / 2
    if 0 < half <= tally.quarantined[ZONELESS]:
        sample = tally.samples[ZONELESS]
        raise AisleError(
            f"{names}: times name no zone: give theirs with `input.format.timezone`, such as Europe/Berlin or UTC; "
            f"the first is {sample.value!r} in {sample.where(several=several)}."
        )
    if 0 < half <= tally.quarantined[UNITLESS]:
        sample = tally.samples[UNITLESS]
        told = f" {told}" if (told := told_unit(sample.value or "0")) else " does not tell by its size"
        raise AisleError(
            f"{names}: times are numbers: say what they count with `input.format.unit` ({UNITS}); "
            f"{sample.where(several=several)}: {sample.value}{told}."
        )
    _judge_units(tally, names, several)


def _judge_units(tally: Tally, names: str, several: bool) -> None:
    counts = {unit: tally.numeric_times[unit] for unit in NANOSECONDS if tally.numeric_times[unit]}
    samples = {unit: tally.samples[sample_key(unit)] for unit in counts}
    others = [unit for unit, sample in samples.items() if sample.mend]
    if not others:
        return
    other = max(others, key=lambda unit: counts[unit])
    own = sum(count for unit, count in counts.items() if unit not in others)
    all_of_them = tally.numeric_times["numbers"]
    if counts[other] >= NEARLY_ALL * all_of_them:
        sample = samples[other]
        raise AisleError(
            f"{names}: {sample.where(several=several)}: {sample.value} {sample.mend}: set `input.format.unit` "
            f"to {other} (or `input.format.epoch`, if numbers begin at another moment than 1970)."
        )
    if own > A_FEW * all_of_them and counts[other] > A_FEW * all_of_them:
        raise AisleError(
            f"{names}: times count two units: {_example(samples, counts, several)}; write all of them in one."
        )


def _example(samples: dict[Unit, Sample], counts: dict[Unit, int], several: bool) -> str:
    return ", ".join(
        f"{samples[unit].where(several=several)}: {samples[unit].value} counts {unit} ({count:,} rows)"
        for unit, count in counts.items()
    )
