"""All groups that describe rows of a table, in the order of their columns. A new one: a file, an entry, a test."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from features.local.deviations import deviations
from features.local.frequencies import frequencies, level_codes
from features.local.interactions import interactions
from features.local.percentiles import percentiles
from features.local.rows import LocalGroup
from features.local.target_means import target_means
from features.nested.clock import clock
from features.nested.histograms import histograms
from features.nested.lists import lists
from features.nested.maps import maps
from features.nested.missing import missing
from features.nested.numbers import numbers
from features.nested.own_key import own_key
from features.nested.pairs import pairs
from features.nested.plain_groups import plain_lists, plain_maps, plain_numbers
from features.nested.row_group import RowGroup
from features.nested.times import moments, times

Group: TypeAlias = RowGroup | LocalGroup
Registry = Literal["rows", "plain"]

ROW_GROUPS: tuple[Group, ...] = (
    numbers,
    clock,
    maps,
    histograms,
    pairs,
    lists,
    moments,
    times,
    own_key,
    missing,
    frequencies,
    level_codes,
    percentiles,
    deviations,
    target_means,
    interactions,
)
"""What Aisle describes rows by: first what their own fields give, then what taught rows tell of them."""

PLAIN_GROUPS: tuple[Group, ...] = (plain_numbers, plain_maps, plain_lists, level_codes)
"""What plain models get, that are shown beside: aggregates, lengths, and categories as numbers."""

REGISTRIES: Final[Mapping[Registry, tuple[Group, ...]]] = {"rows": ROW_GROUPS, "plain": PLAIN_GROUPS}
