"""What every feature group says of itself, as a page: docs/features.md is made from the declarations."""

import polars as pl

from data.customer_schema import CustomerQueries, Ordered, Paced, Purchases, Returned
from data.schema import CandidateKeys, Closed, Events, Items, Neighbours, Prefixes, Touched, ValueQueries
from features import CUSTOMER_GROUPS, GROUPS, VALUE_GROUPS
from features.group import KEYS, FeatureGroup
from features.join import describe, describe_queries
from features.rows.catalogue import row_catalogue
from features.session_rows import describe_sessions

HEAD = """# Features

Made by `python -m pipeline.features_catalogue > docs/features.md`; change a group's declaration, not this page.

Every column is f32 and is named `<group>__<feature>`. `<member>` stands for every co-visit member and every other
source: in `neighbour_scores` for those with a neighbour table, in `within_query` also for all that propose. A group
*as of* is joined by the last of its rows strictly before the query's start, and `days_since` then is how long that
row is ago; null for what had never happened. Besides, the rankers see the candidates' own columns: `<member>__rank`,
`<member>__score`, `fused__rank`, `fused__score`.
"""


VALUE_HEAD = """# Features of value models

`VALUE_GROUPS`: of the groups above {shared}; and those below. A group that describes items, categories or (user, item)
pairs is joined to the distinct items that the session has touched and pooled over them, as `<feature>_mean` and
`<feature>_max`. CLOSED has a row a visit, TOUCHED a row a (visit, item), both known from the moment on at which a pause
has closed the visit; of money that goes back later they are told when that is known.
"""


CUSTOMER_HEAD = """# Features of customers' models

`CUSTOMER_GROUPS`: of the groups above {shared}; and those below. A customer is asked at an origin, `start_ts`, and days
count back from it. ORDERED has a row an order line, PURCHASES a row a visit that ordered, RETURNED a row what a refund
took of a line, PACED a row a purchase by the shop's own clock; all as far as they are known before the origin.
"""


def catalogue() -> str:
    """The page, in markdown."""
    columns = _columns()
    of_rankers = [_entry(group, columns[group.name]) for group in GROUPS]
    columns |= _value_columns()
    of_values = [_entry(group, columns[group.name]) for group in VALUE_GROUPS if group not in GROUPS]
    shared = ", ".join(f"`{group.name}`" for group in VALUE_GROUPS if group in GROUPS)
    columns |= _customer_columns()
    of_customers = [_entry(group, columns[group.name]) for group in CUSTOMER_GROUPS if group not in VALUE_GROUPS]
    fitting = ", ".join(f"`{group.name}`" for group in CUSTOMER_GROUPS if group in VALUE_GROUPS)
    heads = VALUE_HEAD.format(shared=shared), CUSTOMER_HEAD.format(shared=fitting)
    return "\n".join([HEAD, *of_rankers, heads[0], *of_values, heads[1], *of_customers, row_catalogue()])


def _entry(group: FeatureGroup, columns: list[str]) -> str:
    first, _, rest = (group.function.__doc__ or "").strip().partition("\n")
    keys = ", ".join(KEYS[group.scope]) + (", as of the query's start" if group.as_of else "")
    details = " ".join(rest.split())
    facts = [
        f"- Scope: {group.scope} (joined by {keys})",
        f"- Reads: {', '.join(group.reads)}",
        f"- Columns ({len(columns)}): {', '.join(f'`{c}`' for c in columns)}",
    ]
    return "\n".join([f"## {group.name}\n", first, "", *([details, ""] if details else []), *facts, ""])


def _columns() -> dict[str, list[str]]:
    """Every group's features, without its prefix, as they come out of empty tables."""
    tables = _empty()
    names = describe(tables["candidates"], tables["queries"], tables, GROUPS).collect_schema().names()
    prefixes = [(group.name, f"{group.name}__") for group in GROUPS]
    return {
        group: [_shown(n.removeprefix(prefix)) for n in names if n.startswith(prefix)] for group, prefix in prefixes
    }


def _value_columns() -> dict[str, list[str]]:
    """The same of the groups that only value models read, as they are pooled."""
    tables = _empty()
    names = describe_sessions(tables["queries"], tables, VALUE_GROUPS).collect_schema().names()
    groups = [group.name for group in VALUE_GROUPS if group not in GROUPS]
    return {g: [n.removeprefix(f"{g}__") for n in names if n.startswith(f"{g}__")] for g in groups}


def _customer_columns() -> dict[str, list[str]]:
    """The same of the groups that only models of customers read."""
    schemas = {"queries": CustomerQueries, "ordered": Ordered, "purchases": Purchases}
    schemas |= {"returned": Returned, "paced": Paced}
    tables = _empty() | {name: pl.LazyFrame(schema.create_empty()) for name, schema in schemas.items()}
    names = describe_queries(tables["queries"], tables, CUSTOMER_GROUPS).collect_schema().names()
    groups = [group.name for group in CUSTOMER_GROUPS if group not in VALUE_GROUPS]
    return {g: [n.removeprefix(f"{g}__") for n in names if n.startswith(f"{g}__")] for g in groups}


def _shown(name: str) -> str:
    return name.replace("member", "<member>") if name.startswith("member_") or "_member_" in name else name


def _empty() -> dict[str, pl.LazyFrame]:
    schemas = {"history": Events, "asked": Prefixes, "prefixes": Prefixes, "queries": ValueQueries, "items": Items}
    schemas |= {"closed": Closed, "touched": Touched}
    tables = {name: pl.LazyFrame(schema.create_empty()) for name, schema in schemas.items()}
    score = pl.lit(None, pl.Float32).alias("member__score")
    candidates = pl.LazyFrame(CandidateKeys.create_empty())
    return tables | {
        "candidates": candidates.with_columns(score, member__rank=pl.lit(None, pl.UInt16)),
        "neighbours": pl.LazyFrame(Neighbours.create_empty()).select("item", "neighbour", score),
        "vectors": pl.LazyFrame(schema={"item": pl.UInt32, "vector": pl.Array(pl.Float32, 1)}),
    }
