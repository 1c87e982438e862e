import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.boundaries import Folds
from data.errors import AisleError
from data.sampling import Sampling
from data.schema import Items, Notes, Refunds, TypeEnum
from features import VALUE_GROUPS
from pipeline.settings.value import Value
from pipeline.store.task import Artifact
from pipeline.tasks.value_rows import AskedSessions, ClosedSessions, DescribedSessions, ValuePast, span_of
from tests.oracle.frames import at, events, table
from value.session.cuts import Span, ValueCut
from value.session.targets import Targets

SPAN = Span(at(0), at(200), at(400))


@pytest.fixture
def log(tmp_path):
    """The tables of a log: user 7 buys in sessions 0, 1 and 3; session 2 begins before the test and ends in it."""
    rows = events(
        *((0, item, 10 + item, "orders", 7) for item in range(3)),
        *((1, item, 100 + item, "orders", 7) for item in (2, 1)),
        *((2, 1, ts, "orders", 8) for ts in (190, 210)),
        *((3, item, 300 + item, "orders", 7) for item in (1, 3, 2)),
    ).with_columns(price=pl.col("item") + 1.0)
    folder = tmp_path / "log"
    (folder / "events").mkdir(parents=True)
    (folder / "keys").mkdir()
    rows.write_parquet(folder / "events" / "000.parquet")
    table(Items, *((item, str(item), None, None, None, item + 1.0) for item in range(4))).write_parquet(
        folder / "items.parquet"
    )
    names = ("category", "brand", "text", "price")
    late = {"item": pl.UInt32} | {f"{name}_since": pl.Datetime("ms", "UTC") for name in names}
    pl.DataFrame(schema=late).write_parquet(folder / "late_names.parquet")
    Notes.create_empty().write_parquet(folder / "notes.parquet")
    keys = pl.DataFrame({"key": list("abcd"), "code": range(4), "hash": range(4)})
    keys.cast({"code": pl.UInt32, "hash": pl.UInt64}).write_parquet(folder / "keys" / "session.parquet")
    summary(folder)
    return Artifact(folder, "log")


def describe(folder, log, targets, cut=None):
    """Every step up to described sessions: the tables of both sides."""
    cut = cut or ValueCut("first_n", first_n=1)

    def build(name, task):
        (folder / name).mkdir(parents=True)
        task(folder / name)
        return Artifact(folder / name, name)

    closed = build("closed", ClosedSessions(log, SPAN, targets, shards=1))
    groups = [group for group in VALUE_GROUPS if group.from_history]
    past = {g.name: build(f"past/{g.name}", ValuePast(g, log, closed, SPAN)) for g in groups}
    asked = build("asked", AskedSessions(log, None, SPAN, cut, cut, Folds(), Sampling(), shards=1))
    described = build("described", DescribedSessions(log, closed, past, asked, 0, VALUE_GROUPS, SPAN, targets))
    return [pl.read_parquet(described.path / f"{side}.parquet") for side in ("train", "test")]


def test_final_values_and_those_so_far(tmp_path, log):
    train, test = describe(tmp_path, log, Targets())
    # session 2 is not over when the test begins: it is not learnt from, and begins too early to be scored
    assert train.select("session_key", "so_far", "target").rows() == [("a", 1, 6), ("b", 3, 5)]
    assert test.select("session_key", "so_far", "target").rows() == [("d", 2, 9)]


def test_what_remains(tmp_path, log):
    train, test = describe(tmp_path, log, Targets(of="remaining"))
    assert train["target"].to_list() == [5, 2]
    assert test["target"].to_list() == [7]


def test_each_session_knows_what_had_closed_before_it(tmp_path, log):
    train, test = describe(tmp_path, log, Targets())
    spend = "user_worth__spend"
    assert train[spend].to_list() == [None, 6]
    assert test[spend].to_list() == [11]


def refund(log, *rows):
    """(session, item, order_ts, ts, pieces, amount)."""
    names = ["session", "item", "order_ts", "ts", "pieces", "amount"]
    given = [(s, i, at(o), at(t), float(p), a) for s, i, o, t, p, a in rows]
    frame = pl.DataFrame(given, schema=names, orient="row").with_row_index("refund")
    Refunds.validate(frame, cast=True).write_parquet(log.path / "refunds.parquet")


def test_a_session_is_worth_what_is_left_as_far_as_its_side_may_know(tmp_path, log):
    # session 0's comes before the test begins, 1's within it, 3's first within it and its second after its end
    refund(log, (0, 2, 12, 50, 1, 3.0), (1, 1, 101, 250, 1, 2.0), (3, 3, 303, 350, 1, 4.0), (3, 2, 302, 450, 1, 3.0))
    train, test = describe(tmp_path, log, Targets())
    assert train.select("session_key", "so_far", "target", "ordered").rows() == [("a", 1, 3, 2), ("b", 3, 5, 2)]
    assert test.select("session_key", "so_far", "target", "ordered").rows() == [("d", 2, 5, 2)]


def test_what_came_back_before_the_moment_is_not_in_the_value_so_far(tmp_path, log):
    refund(log, (3, 1, 301, 302, 1, 2.0), (3, 3, 303, 303, 1, 4.0))
    _, test = describe(tmp_path, log, Targets(), ValueCut("first_n", first_n=2))
    assert test.select("so_far", "target").rows() == [(4, 3)]  # the second, of the very moment, is not known yet
    _, rest = describe(tmp_path / "rest", log, Targets(of="remaining"), ValueCut("first_n", first_n=2))
    assert rest["target"].to_list() == [0]  # never less than nothing


def test_the_past_is_told_of_money_by_what_had_gone_back_before_each_start(tmp_path, log):
    # session 0's first is known when its visit closes, the second at 90; 1's at 150, and at 300 with 3's first event
    refund(log, (0, 1, 11, 12, 1, 2.0), (0, 2, 12, 90, 1, 1.0), (1, 1, 101, 150, 1, 2.0), (1, 2, 100, 300, 1, 3.0))
    train, test = describe(tmp_path, log, Targets())
    assert train.select("user_worth__spend", "user_worth__purchases").rows() == [(None, None), (3, 1)]
    assert test.select("user_worth__spend", "user_worth__buys", "user_worth__pieces").rows() == [(6, 3, 1.5)]
    assert test["user_worth__days_since"].to_list() == pytest.approx([(301 - 132) / 24 / 60])  # since the visit closed
    assert sorted(path.name for path in (tmp_path / "closed").iterdir()) == [
        "closed",
        "reclosed",
        "retouched",
        "touched",
    ]


def test_refunds_after_a_moment_change_nothing_that_is_known_at_it(tmp_path, log):
    plain = describe(tmp_path / "plain", log, Targets())
    refund(log, (0, 2, 12, 399, 1, 3.0), (1, 1, 101, 399, 1, 2.0), (2, 1, 190, 399, 1, 2.0))
    late = describe(tmp_path / "late", log, Targets())
    for before, after in zip(plain, late, strict=True):
        assert_frame_equal(before, after)


def test_nobody_buys(tmp_path, log):
    file = log.path / "events" / "000.parquet"
    pl.read_parquet(file).with_columns(type=pl.lit("clicks").cast(TypeEnum)).write_parquet(file)
    with pytest.raises(AisleError, match="nobody buys: none of 4 sessions has an order"):
        ClosedSessions(log, SPAN, Targets(), shards=1)(tmp_path)


def test_a_log_without_values_is_refused(tmp_path, log):
    pl.read_parquet(log.path / "items.parquet").with_columns(price=pl.lit(None, pl.Float64)).write_parquet(
        log.path / "items.parquet"
    )
    pl.read_parquet(log.path / "events" / "000.parquet").with_columns(price=pl.lit(None, pl.Float64)).write_parquet(
        log.path / "events" / "000.parquet"
    )
    with pytest.raises(AisleError, match=r"`value\.targets\.kind`"):
        ClosedSessions(log, SPAN, Targets(), shards=1)(tmp_path)


def test_no_session_to_learn_from_is_refused(tmp_path, log):
    with pytest.raises(AisleError, match="`min_events`"):
        describe(tmp_path, log, Targets(), ValueCut("first_n", first_n=8))


def summary(folder):
    dates = {"first": "2024-01-01 00:00:00.000", "last": "2024-01-31 00:00:00.000"}
    (folder / "summary.json").write_text(json.dumps(dates | {"usual": None, "warnings": []}))


def test_span(tmp_path):
    summary(tmp_path)
    span = span_of(tmp_path, Folds(test=timedelta(days=7)), None, test_file=False)
    last = datetime(2024, 1, 31, tzinfo=UTC) + timedelta(milliseconds=1)
    assert (span.learn_from, span.test_start, span.end) == (datetime(2024, 1, 1, tzinfo=UTC), last - timedelta(7), last)
    before_file = span_of(tmp_path, Folds(), datetime(2024, 1, 5), test_file=True)
    assert (before_file.learn_from, before_file.test_start) == (datetime(2024, 1, 5, tzinfo=UTC), last)
    with pytest.raises(AisleError, match=r"`value\.learn_from`"):
        span_of(tmp_path, Folds(), datetime(2024, 2, 5), test_file=False)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"cuts": {}}, "value.cuts"),
        ({"cuts": {"a": ValueCut(learn_too=("b",))}}, "value.cuts.a.learn_too"),
        ({"leave_out": ("nothing",)}, "value.leave_out"),
        ({"training_rows": 0}, "training_rows"),
    ],
)
def test_refused_settings_name_the_field(wrong, named):
    with pytest.raises(ValueError, match=f"`{named}`"):
        Value(**wrong)
