"""How rows of a table become features: what columns hold, which keys are a row's own, which groups describe them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from data.checks import check_at_least
from data.listed import listed
from data.nearest import did_you_mean
from data.patterns import fits, fits_any
from features.local.rows import LocalGroup
from features.local.settings import Local
from features.nested.kinds import Declared
from features.nested.row_group import RowGroup
from features.rows.registry import REGISTRIES, Group, Registry


@dataclass(frozen=True)
class RowFeatures:
    """How rows of a table become features. Where a column is named, a pattern such as `*_hist` names several.

    Parameters
    ----------
    time
        The column of each row's moment: nothing later is read of it. Null where rows have none; times are then unknown.
    kinds
        What columns hold, by name: auto (by the type), map, histogram, pairs, times (of a field of several), list,
        time, hour, weekday, number, category, or leave_out. A column's own name wins over patterns, a longer pattern
        over a shorter one.
    leave_out
        Columns that are never features: keys, labels and whatever happens afterwards.
    others
        Columns that `kinds` does not name: use them by their type, or leave_out.
    own
        By column of several values: the flat columns, with commas between, whose value is its key that matters.
    not_negative
        Columns in which numbers below 0 are none, and are set aside.
    groups
        Switches of groups; those that are not named are on.
    local
        Statistics of groups of rows.
    folds
        In which target means of the taught rows are told by others, where no folds are given.
    registry
        Which list of groups: all (rows), or what plain models get (plain).
    """

    time: str | None = "datetime"
    kinds: Mapping[str, Declared] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    others: Literal["use", "leave_out"] = "use"
    own: Mapping[str, str] = field(default_factory=dict)
    not_negative: tuple[str, ...] = ()
    groups: Mapping[str, bool] = field(default_factory=dict)
    local: Local = field(default_factory=Local)
    folds: int = 5
    registry: Registry = "rows"

    def __post_init__(self) -> None:
        check_at_least(self, 2, "folds")
        if self.registry not in REGISTRIES:
            raise ValueError(f"`registry` must be one of {', '.join(REGISTRIES)}, got {self.registry!r}.")
        known = [group.name for group in REGISTRIES[self.registry]]
        if unknown := [name for name in self.groups if name not in known]:
            near = did_you_mean(unknown[0], known) or "."
            raise ValueError(f"`groups` names {unknown[0]!r}; the groups are {', '.join(known)}{near}")
        kinds = get_args(Declared)
        if strange := {name: kind for name, kind in self.kinds.items() if kind not in kinds}:
            name, kind = next(iter(strange.items()))
            raise ValueError(
                f"`kinds.{name}` must be one of {', '.join(kinds)}, got {kind!r}{did_you_mean(kind, kinds) or '.'}"
            )

    @property
    def chosen(self) -> tuple[Group, ...]:
        """The groups that are on, in their order."""
        return tuple(group for group in REGISTRIES[self.registry] if self.groups.get(group.name, True))

    @property
    def row_groups(self) -> tuple[RowGroup, ...]:
        """Those that read a row's own fields alone."""
        return tuple(group for group in self.chosen if isinstance(group, RowGroup))

    @property
    def local_groups(self) -> tuple[LocalGroup, ...]:
        """Those that taught rows tell of."""
        return tuple(group for group in self.chosen if isinstance(group, LocalGroup))

    @property
    def plain(self) -> "RowFeatures":
        """The same columns by `PLAIN_GROUPS`, as models get them that are shown beside ours."""
        return replace(self, registry="plain", groups={}, local=Local(most_levels=self.local.most_levels))

    def is_left_out(self, column: str) -> bool:
        """Whether a column is never a feature."""
        return fits_any(column, self.leave_out) or self.kind(column) == "leave_out"

    def kind(self, column: str) -> Declared | None:
        """What `kinds` says of a column; null where it says nothing."""
        kind: Declared | None = named(self.kinds, column)
        return kind

    def own_of(self, column: str) -> tuple[str, ...]:
        """The flat columns whose value is a column's key that matters."""
        return tuple(listed(named(self.own, column) or ""))


def named(by_pattern: Mapping[str, Any], column: str) -> Any:  # noqa: ANN401 - of the mapping's type
    """What a mapping by names and patterns says of a column; null where nothing fits."""
    if column in by_pattern:
        return by_pattern[column]
    fitting = [pattern for pattern in by_pattern if fits(column, pattern)]
    return by_pattern[max(fitting, key=lambda pattern: (len(pattern), pattern))] if fitting else None
