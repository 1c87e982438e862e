import pytest

from data.progress import Far
from pipeline.pace import Pace, clock, rate_said
from pipeline.store.watching import Stage


def test_shards_tell_the_rate_and_what_is_left():
    pace = Pace(Stage("valid/candidates", building=8), began=100.0)
    assert pace.said(102.0) == "0 of 8"
    assert pace.left(102.0) is None
    pace.built()
    pace.built()
    assert pace.left(104.0) == pytest.approx(12.0)  # two in four seconds, six to come
    assert pace.share(104.0) == 0.25
    assert pace.said(104.0) == "2 of 8, 2.0 s each, 0:00:12 left"


def test_before_the_first_what_it_took_last_is_told():
    pace = Pace(Stage("log", building=1, seconds=30.0), began=0.0)
    assert pace.said(10.0) == "0:00:20 left"
    assert pace.share(10.0) == pytest.approx(1 / 3)
    assert pace.said(40.0) == "0:00:00 left"


def test_nothing_is_known_of_what_was_never_built():
    pace = Pace(Stage("log", building=1), began=0.0)
    assert (pace.share(5.0), pace.left(5.0), pace.said(5.0)) == (None, None, "")


def test_a_products_own_count_tells_more():
    pace = Pace(Stage("models/clicks", building=1, seconds=500.0), began=0.0)
    pace.tell(Far(0, 400, "queries"), 1, 2.0)
    assert pace.said(2.0) == "0 of 400 queries, 0:08:18 left"  # no rate yet, so as it was
    pace.tell(Far(100, 400, "queries"), 1, 7.0)
    assert pace.share(7.0) == 0.25
    assert pace.said(7.0) == "100 of 400 queries, 20.0/s, 0:00:15 left"


def test_what_counts_without_an_end_has_a_rate_alone():
    pace = Pace(Stage("log", building=1), began=0.0)
    pace.tell(Far(1_000_000, None, "rows"), 1, 4.0)
    pace.tell(Far(3_000_000, None, "rows"), 1, 6.0)
    assert pace.said(6.0) == "3,000,000 rows, 1,000,000/s"


def test_the_trees_of_the_next_model_are_counted_anew():
    pace = Pace(Stage("models/clicks", building=1), began=0.0)
    for done, now in ((1, 1.0), (100, 2.0), (1, 10.0), (11, 11.0)):
        pace.tell(Far(done, 101, "rounds"), 1, now)
    assert pace.left(11.0) == pytest.approx(9.0)  # ten in the last second, ninety to come


def test_the_trials_of_a_search_go_before_each_trials_trees():
    pace = Pace(Stage("models/tuned-clicks", building=1), began=0.0)
    pace.tell(Far(0, 10, "trials"), 1, 0.0)
    pace.tell(Far(50, 100, "rounds"), 1, 1.0)
    pace.tell(Far(2, 10, "trials"), 1, 8.0)
    assert pace.said(8.0) == "2 of 10 trials, 4.0 s each, 0:00:32 left"


def test_a_finished_product_takes_its_count_along():
    pace = Pace(Stage("models", building=2), began=0.0)
    pace.tell(Far(5, 9, "rounds"), 1, 1.0)
    assert pace.said(1.0) == "0 of 2, 5 of 9 rounds"
    pace.built()
    assert pace.said(2.0) == "1 of 2, 2.0 s each, 0:00:02 left"


@pytest.mark.parametrize(
    ("done", "seconds", "said"),
    [(0, 3, ""), (3, 0, ""), (4, 2, "2.0/s"), (1, 2, "2.0 s each"), (123_456, 1, "123,456/s")],
)
def test_rates(done, seconds, said):
    assert rate_said(done, seconds) == said


def test_a_clock_has_hours():
    assert (clock(0.4), clock(59.6), clock(3_725)) == ("0:00:00", "0:01:00", "1:02:05")
