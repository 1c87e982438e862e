"""Counts in a sentence."""

from data.numbered import are


def test_the_verb_goes_with_the_count_and_the_noun_with_what_it_is_of():
    assert are(1, "part", of=6) == "1 of 6 parts is"
    assert are(1, "part", of=1) == "1 of 1 part is"
    assert are(0, "row", of=1) == "0 of 1 row are"
    assert are(1_200, "row", of=3_000, what=" to score") == "1,200 of 3,000 rows to score are"
    assert are(1, "column") == "1 column is"
    assert are(2, "column", what=" more") == "2 columns more are"
