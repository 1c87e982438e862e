import numpy as np

from data.visible import visible_of
from tests.oracle.frames import at, prefixes, queries


def ms(minutes):
    return int(at(minutes).timestamp() * 1_000)


def test_events_stand_query_by_query_in_their_order():
    rows = prefixes((4, 5, 1, "clicks"), (4, 7, 3, "carts"), (2, 7, 2, "orders")).sample(3, shuffle=True, seed=1)
    found = visible_of(rows)
    assert found.query.tolist() == [2, 4]
    assert found.starts.tolist() == [0, 1, 3]
    assert found.item.tolist() == [7, 5, 7]
    assert found.type.tolist() == [2, 0, 1]
    assert found.ts_ms.tolist() == [ms(2), ms(1), ms(3)]
    assert found.start_ms.tolist() == [ms(2), ms(1)]
    assert found.cut_ms.tolist() == [ms(2), ms(3)]
    assert found.user.tolist() == [-1, -1]
    assert found.category.tolist() == [-1, -1, -1]
    assert np.isnan(found.price).all()
    assert np.isnan(found.quantity).all()


def test_queries_name_users_and_starts():
    found = visible_of(prefixes((4, 5, 1, "clicks")), queries((4, 9, 0, None)))
    assert found.query.tolist() == [4]
    assert found.user.tolist() == [9]
    assert found.starts.tolist() == [0, 1]
    assert found.start_ms.tolist() == [ms(0)]
    assert found.cut_ms.tolist() == [ms(1)]


def test_no_query_at_all():
    found = visible_of(prefixes((4, 5, 1, "clicks")).clear())
    assert found.query.tolist() == []
    assert found.starts.tolist() == [0]
