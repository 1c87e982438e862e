from dataclasses import dataclass
from pathlib import Path

import pytest

from data.errors import AisleError
from pipeline.store.asking import NEW, AskingStore
from pipeline.store.standing import NotStandingError, StandingEngine
from pipeline.store.store import Store


@dataclass(frozen=True)
class Shown:
    word: str

    def __call__(self, into: Path):
        (into / "word").write_text(self.word)
        return {}


@dataclass(frozen=True)
class Made:
    word: str

    def __call__(self, into: Path):
        (into / "word").write_text(self.word)
        return {}


def test_builds_its_own_kinds_and_takes_others_as_they_stand(tmp_path):
    plain = Store(tmp_path, lambda line: None)
    plain.make("a/made", Made("x"))
    store = Store(tmp_path, lambda line: None, engine=StandingEngine(tmp_path, (Shown,)))
    assert store.make("a/made", Made("x")).path == tmp_path / "a/made"
    assert (store.make("shown", Shown("y")).path / "word").read_text() == "y"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("made", "`made` was made with other settings, files or code"),
        ("b/none", "`b/none` is not there, so there is no"),
    ],
)
def test_refuses_to_build_the_rest(tmp_path, name, said):
    Store(tmp_path, lambda line: None).make("made", Made("x"))
    store = Store(tmp_path, lambda line: None, engine=StandingEngine(tmp_path, ()))
    with pytest.raises(NotStandingError, match=said) as raised:
        store.make(name, Made("z"))
    assert isinstance(raised.value, AisleError)
    assert "\n" not in str(raised.value)
    assert (tmp_path / "made" / "word").read_text() == "x"


def test_a_store_that_is_asked_refuses_what_the_engine_would(tmp_path):
    Store(tmp_path, lambda line: None).make("made", Made("x"))
    store = AskingStore(tmp_path, lambda line: None, engine=StandingEngine(tmp_path, (Shown,)))
    assert store.make("made", Made("x")).path == tmp_path / "made"
    store.make("shown", Shown("y"))
    with pytest.raises(NotStandingError, match="`made` was made with other settings"):
        store.make("made", Made("z"))
    with pytest.raises(NotStandingError, match="`none` is not there"):
        store.make("none", Made("z"))
    assert [one.name for one in store.asked.values() if one.state == NEW] == ["shown"]
