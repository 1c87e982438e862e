"""Cases to look at: hits and misses of several kinds, chosen by a rule and a seed and by nobody's eye."""

import polars as pl

from data.keys import mix

SALT = 21
KINDS = ("first", "found", "outranked", "missed", "unknown")
"""What became of a wanted item: among the first three; deeper in the list; proposed, but not listed; known, but
proposed by no source; not in the history at all."""

FIRST, K = 3, 20


def kind_of(ranked: pl.Expr, proposed: pl.Expr, known: pl.Expr) -> pl.Expr:
    """The kind of a case.

    Parameters
    ----------
    ranked
        Its place in the list; null where it is not listed.
    proposed
        Its place among the candidates; null where no source proposes it.
    known
        Whether the history has it.
    """
    listed = pl.when(ranked <= FIRST).then(pl.lit("first")).when(ranked <= K).then(pl.lit("found"))
    lost = listed.when(proposed.is_not_null()).then(pl.lit("outranked")).when(known).then(pl.lit("missed"))
    return lost.otherwise(pl.lit("unknown")).cast(pl.Enum(KINDS))


def choose_cases(cases: pl.DataFrame, most: int, seed: int) -> pl.DataFrame:
    """Some cases, a query once, as many as may be of each kind and type.

    Kinds and types take turns, and each gives its next case by a hash of the query, so that a case stays chosen however
    many others there are.

    Parameters
    ----------
    cases
        frame(query, type, item, kind).
    most
        How many.
    seed
        Of the hash.

    Returns
    -------
    pl.DataFrame
        The chosen rows, sorted by (kind, type, query).
    """
    turn = mix(pl.col("query").cast(pl.UInt64), SALT + 32 * seed)
    drawn = cases.sort(turn, "query", "type", "item").unique(
        ["query", "kind", "type"], keep="first", maintain_order=True
    )
    waiting = [
        rows.rows()
        for _, rows in drawn.sort("kind", "type", maintain_order=True).group_by("kind", "type", maintain_order=True)
    ]
    chosen: list[tuple[object, ...]] = []
    taken: set[object] = set()
    while len(chosen) < most and any(waiting):
        for rows in waiting:
            while rows and rows[0][0] in taken:
                rows.pop(0)
            if rows and len(chosen) < most:
                chosen.append(rows.pop(0))
                taken.add(chosen[-1][0])
    return pl.DataFrame(chosen, schema=drawn.schema, orient="row").sort("kind", "type", "query")
