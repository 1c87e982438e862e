import numpy as np
import pytest

from candidates.fusion import Fusion
from candidates.proposals import Proposals, as_member
from candidates.proposing import Proposer, open_proposer
from candidates.sources.popular import Popular
from candidates.sources.revisit import Revisit
from data.visible import visible_of
from tests.oracle.frames import at, prefixes, random_events

ASKED = visible_of(prefixes((3, 1, 0, "clicks"), (3, 2, 1, "carts"), (8, 4, 0, "clicks")))


def always(*items):
    """Proposes the same items whatever is asked."""

    def answer(visible, k):
        n, some = len(visible.query), items[:k]
        every = np.tile(np.array(some, np.int64), n)
        return Proposals(np.arange(n + 1) * len(some), every, np.ones(len(every), np.float32))

    return answer


def test_all_sources_are_asked_and_put_in_order():
    proposer = Proposer([as_member("a", always(5, 6, 7)), as_member("b", always(6))], 2, Fusion({"a": 1.0, "b": 1.0}))
    found = proposer(ASKED)
    assert found.members == ("a", "b")
    assert found.starts.tolist() == [0, 2, 4]
    assert found.item.tolist() == [6, 5, 6, 5]


@pytest.fixture
def proposer(fit, tmp_path):
    sources = [Revisit(), Popular()]
    fitted = {s.name: fit(s, [random_events(1)], at(4 * 24 * 60), tmp_path / s.name) for s in sources}
    return open_proposer(sources, fitted, 4, Fusion({"revisit": 1.0, "popular": 0.2}))


def test_sources_are_opened_from_their_folders(proposer):
    found = proposer(ASKED).frame(ASKED.query)
    own = found.filter(found["revisit__rank"].is_not_null())
    assert own.select("query", "item", "fused__rank").rows() == [(3, 2, 1), (3, 1, 2), (8, 4, 1)]
    assert found["popular__rank"].count() == 8


def test_nobody_asks(proposer):
    nobody = visible_of(prefixes((0, 1, 0, "clicks")).clear())
    assert proposer(nobody).starts.tolist() == [0]
