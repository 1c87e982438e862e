"""What a served list's question chooses from, worked by hand."""

import polars as pl

from candidates.shown import with_shown
from data.schema import CandidateKeys, check_wide
from tests.pipeline.tasks.ranking_world import candidates

PROPOSED = candidates(
    (2, 4, 1, 1, None), (2, 5, 2, None, 1), (2, 6, 3, 2, 2), (2, 8, 4, 3, 3), (3, 6, 1, None, 1), (3, 4, 2, 1, 2)
)


def shown(*rows):
    return pl.DataFrame(list(rows), schema={"query": pl.UInt32, "item": pl.UInt32, "place": pl.UInt32}, orient="row")


def test_what_was_shown_stays_below_the_cut_and_strangers_come_last():
    """Of query 2 the best two are kept, and 8, which was shown; 9 and 7, whom nobody proposed, come after all four."""
    found = with_shown(PROPOSED, shown((2, 9, 1), (2, 8, 2), (2, 4, 3), (2, 7, 4), (3, 1, 1)), total=2)
    assert check_wide(found, CandidateKeys).select("query", "item", "fused__rank", "a__rank").rows() == [
        (2, 4, 1, 1),
        (2, 5, 2, None),
        (2, 8, 4, 3),
        (2, 9, 5, None),
        (2, 7, 6, None),
        (3, 6, 1, None),
        (3, 4, 2, 1),
        (3, 1, 3, None),
    ]
    scores = found["fused__score"].to_list()
    assert scores[3] == scores[4] == scores[2] == 0.25
    assert found.columns == PROPOSED.columns


def test_without_a_list_it_is_the_cut():
    assert with_shown(PROPOSED, shown(), total=9).equals(PROPOSED)
