"""Names in the settings of local groups, against the columns and features that a table has."""

from collections.abc import Iterable
from dataclasses import replace

from data.errors import AisleError
from data.nearest import did_you_mean
from data.patterns import fits, is_pattern
from data.shortened import sample
from features.local.levels import CROSS
from features.local.settings import Local
from features.nested.row_group import RowGroup
from features.rows.config import RowFeatures
from features.rows.plan import Plan
from features.rows.registry import REGISTRIES


def local_plan(config: RowFeatures, plan: Plan, features: Iterable[str], targets: Iterable[str]) -> Local:
    """The statistics that can be learnt: patterns are replaced by names, what a log lacks of declared columns left out.

    Parameters
    ----------
    config, plan
        What was configured, and what is read.
    features
        The names of all that rows' own fields give.
    targets
        The names of targets.

    Raises
    ------
    AisleError
        If a name is none.
    """
    local, horizons = config.local, list(targets)
    reader = _Names(config, plan, list(features))
    beside = replace(
        local.beside,
        by=tuple(reader.columns(local.beside.by, "local.beside.by")),
        of=tuple(reader.features(local.beside.of, "local.beside.of")),
    )
    means = local.target_means
    if unknown := [name for name in means.horizons if name not in horizons]:
        near = did_you_mean(unknown[0], horizons) or "."
        raise AisleError(
            f"`local.target_means.horizons` names {sample(unknown[0])!r}; the targets are {', '.join(horizons)}{near}"
        )
    of = reader.columns(means.of, "local.target_means.of") if means.of else plan.categories
    means = replace(means, of=tuple(of), horizons=means.horizons or tuple(horizons[:1]))
    return replace(local, beside=beside, target_means=means)


class _Names:
    """Names of the configuration against those that there are."""

    def __init__(self, config: RowFeatures, plan: Plan, features: list[str]) -> None:
        self.config, self.plan, self.known = config, plan, features
        groups = (group for group in REGISTRIES[config.registry] if isinstance(group, RowGroup))
        self.could = {name for group in groups for source in plan.sources for name in group(source)}
        """What groups that are off would give besides."""

    def columns(self, names: Iterable[str], setting: str) -> list[str]:
        """Columns of categories, crossed ones whole; those that lack though declared are left out."""
        found, there = [], self.plan.categories
        for name in names:
            parts = name.split(CROSS)
            lacking = [part for part in parts if part not in there]
            for part in lacking:
                if part not in self.plan.why_not and self.config.kind(part) is None:
                    self._unknown(part, there, setting, "columns of categories")
            if not lacking:
                found.append(name)
        return list(dict.fromkeys(found))

    def features(self, names: Iterable[str], setting: str) -> list[str]:
        """Features, and those that fit patterns; those of columns that lack though declared are left out."""
        found: list[str] = []
        for name in names:
            fitting = [feature for feature in self.known if fits(feature, name)]
            if not fitting and not is_pattern(name):
                self.check(name, setting)
            found += fitting
        return list(dict.fromkeys(found))

    def check(self, name: str, setting: str) -> None:
        """Refuse a feature that no column gives; one of a column that lacks though declared may be named."""
        if name not in self.known and name not in self.could and not self._may_lack(name):
            self._unknown(name, self.known, setting, "features")

    def _may_lack(self, feature: str) -> bool:
        """Whether a feature is of a column that is not read here, but declared or there."""
        parts = feature.split("__")
        columns = ["__".join(parts[:many]) for many in range(1, len(parts))]
        if any(source.name in columns for source in self.plan.sources):
            return False
        return any(name in self.plan.why_not or self.config.kind(name) is not None for name in columns)

    def _unknown(self, name: str, known: list[str], setting: str, what: str) -> None:
        near = did_you_mean(name, known) or f"; they are {', '.join(known[:12])}{', ...' if len(known) > 12 else ''}."
        raise AisleError(f"`{setting}` names {sample(name)!r}, which is none of the table's {what}{near}")


def check_interactions(config: RowFeatures, plan: Plan, features: Iterable[str]) -> None:
    """Refuse interactions of features that no group gives.

    Raises
    ------
    AisleError
        Naming the interaction and the nearest features.
    """
    reader = _Names(config, plan, list(features))
    for name, operation in config.local.operations.items():
        for side in (operation.left, operation.right):
            reader.check(side, f"local.interactions.{name}")
