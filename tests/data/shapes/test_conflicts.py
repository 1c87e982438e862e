import pytest

from data.formats import Columns, Flag, Join, LogFormat


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"columns": Columns(type="event"), "every_row": "orders"},
            r"`input.format.columns.type` and .*every_row` each",
        ),
        ({"columns": Columns(type="event"), "flags": {"a": "clicks"}}, r"leave all but one out"),
        ({"every_row": "orders", "flags": {"a": "clicks"}}, r"`input.format.every_row` and `input.format.flags` each"),
        ({"every_row": "orders", "events": {"buy": "orders"}}, r"`input.format.events` maps the names.*leave it out"),
        ({"flags": {"a": "clicks"}, "events": {"buy": "orders"}}, r"beside `input.format.flags` leave it out"),
        (
            {"flags": {"a": "buy"}},
            r"`input.format.flags` maps to \['buy'\]; use one of \['clicks', 'carts', 'orders', 'refund'\]",
        ),
        (
            {"columns": Columns(ts=None, order="n"), "flags": {"a": Flag("clicks", ts="t")}},
            r"`input.format.flags` names times of `a`, and `columns.ts` is null: name the rows' times too",
        ),
        ({"columns": Columns(ts=None)}, r"`input.format.columns.ts` is null: name the column of times, or one that"),
        ({"reader": "taobao", "joins": {"a": Join("a", "b")}}, r"`input.format.joins` is read by the reader `generic`"),
        ({"reader": "taobao", "every_row": "orders"}, r"`input.format.every_row`.* got the reader `taobao`"),
        ({"reader": "taobao", "flags": {"a": "clicks"}}, r"`input.format.flags` is read"),
        ({"reader": "taobao", "columns": Columns(order="n")}, r"`input.format.columns.order` is read"),
        ({"reader": "taobao", "columns": Columns(event_id="n")}, r"`input.format.columns.event_id` is read"),
    ],
)
def test_settings_that_cannot_both_hold(settings, said):
    with pytest.raises(ValueError, match=said) as told:
        LogFormat(**settings)
    assert "\n" not in str(told.value)


def test_settings_that_can():
    LogFormat(columns=Columns(ts=None, order="n"), every_row="orders")
    LogFormat(reader="sequences", columns=Columns(ts=None))
