import json
from collections import Counter
from pathlib import Path

import pytest

from data.errors import AisleError
from data.quality import Quality, describe, judge, summarise
from data.validate import Tally

FILES = [Path("a.csv"), Path("b.csv")]
BAD = Path("out/quarantine.parquet")


def verdict(tally, quality=None, strict_events=False):
    """The one-line error, or null where the run goes on."""
    try:
        judge(tally, FILES, quality or Quality(), strict_events, BAD)
    except AisleError as error:
        return str(error)
    return None


class TestJudge:
    def test_a_clean_log(self):
        assert verdict(Tally(read=3, kept=3), strict_events=True) is None

    def test_just_the_largest_share_passes(self):
        assert verdict(Tally(200, 198, Counter(a=2))) is None
        assert verdict(Tally(200, 197, Counter(a=2, b=1))) == (
            "a.csv, b.csv: 3 of 200 rows are bad (a 2, b 1), over `quality.max_quarantine` 1.00%; "
            "see out/quarantine.parquet, then mend the log or raise the limit."
        )

    def test_dropped_rows_are_not_bad_and_do_not_thin_out_those_that_are(self):
        assert verdict(Tally(1000, 1, dropped=Counter(cancelled=999))) is None
        assert "1 of 51 rows are bad" in verdict(Tally(1051, 50, Counter(a=1), Counter(cancelled=1000)))

    def test_only_the_five_commonest_reasons_are_listed(self):
        reasons = Counter({f"r{n}": n for n in range(1, 8)})
        assert "(r7 7, r6 6, r5 5, r4 4, r3 3)" in verdict(Tally(28, 0, reasons))

    def test_the_limit_is_the_users(self):
        half = Tally(2, 1, Counter(a=1))
        assert verdict(half, Quality(max_quarantine=0.5)) is None
        assert "over `quality.max_quarantine` 49.00%" in verdict(half, Quality(max_quarantine=0.49))
        assert "over `quality.max_quarantine` 0.00%" in verdict(Tally(10**6, 10**6 - 1, Counter(a=1)), Quality(0.0))

    def test_unknown_events_stop_a_strict_format_only(self):
        tally = Tally(10_000, 9_997, Counter({"unknown event": 3}), unknown_events=Counter(hover=1, zoom=2))
        assert verdict(tally) is None
        assert verdict(tally, strict_events=True) == (
            "a.csv, b.csv: unknown event names: zoom (2), hover (1); map each to clicks, carts, orders or ignore "
            "under `input.format.events`."
        )

    def test_the_nearest_event_name_is_told(self):
        tally = Tally(10, 7, unknown_events=Counter(view=3), event_names=("veiw", "purchase"))
        assert verdict(tally, strict_events=True).endswith("; it has `veiw`, which is like the first.")

    def test_no_event_at_all(self):
        assert verdict(Tally(1200, 0, dropped=Counter(cancelled=1200))) == (
            "a.csv, b.csv: none of 1,200 rows is an event (1,200 dropped by rule); check `input.format`."
        )
        assert "none of 2 rows is an event" in verdict(Tally(2, 0, Counter(a=2)), Quality(max_quarantine=1.0))
        assert "none of 0 rows" in verdict(Tally())

    def test_reasons_are_told_where_no_row_is_left(self):
        found = verdict(Tally(2, 0, Counter({"unparsable time": 2})), Quality(max_quarantine=1.0))
        assert "(0 dropped by rule, unparsable time 2)" in found

    def test_long_names_are_shortened(self):
        tally = Tally(2, 1, Counter({"unknown event": 1}), unknown_events=Counter({"x" * 10**6: 1}))
        assert len(verdict(tally, strict_events=True)) < 400


def test_the_summary_lists_reasons_by_falling_count():
    tally = Tally(10, 5, Counter(a=1, b=3), Counter(x=1), Counter(e=3))
    found = summarise(tally)
    assert found == {"rows": 10, "events": 5, "quarantined": {"b": 3, "a": 1}, "dropped": {"x": 1}, "nulled": {}}
    assert list(found["quarantined"]) == ["b", "a"]
    assert json.loads(json.dumps(found)) == found
    assert summarise(Tally(10, 12, exploded=2))["exploded"] == 2


def test_a_summary_in_lines(tmp_path):
    summary = summarise(Tally(12_345, 12_000, Counter({"null item": 45}), Counter(cancelled=300)))
    summary |= {"sessions": 4000, "users": 0, "items": 50, "first": "2020-01-01", "last": "2020-02-01"}
    file = tmp_path / "summary.json"
    file.write_text(json.dumps(summary | {"duplicates": 1_000, "out_of_order": 0}))
    assert describe(file) == [
        "12,345 rows, 12,000 events, 4,000 sessions, 0 users, 50 items",
        "from 2020-01-01 to 2020-02-01",
        "quarantined: null item: 45",
        "dropped: cancelled: 300",
        "duplicates: 1,000",
    ]
    file.write_text(json.dumps(summary | {"duplicates": 0, "out_of_order": 2}))
    assert describe(file)[-1] == "out of order: 2"
    file.write_text(json.dumps(summary | summarise(Tally(5, 7, exploded=2)) | {"duplicates": 0, "out_of_order": 0}))
    assert "exploded: 2" in describe(file)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_limit_that_cannot_be(share):
    with pytest.raises(ValueError, match=r"`quality\.max_quarantine` must lie between 0 and 1, got"):
        Quality(max_quarantine=share)
