import pickle

import pytest

from candidates import SOURCES, CoVisit, CoVisits, Popular
from pipeline.cli import configure
from pipeline.settings.candidates import Candidates, Sources


def test_a_setting_for_every_kind_of_source_in_their_order():
    on = [entry.kind for entry in SOURCES if entry.on]
    assert [type(source) for source in Sources().configured] == on
    every = {entry.field: entry.kind() for entry in SOURCES if entry.kind is not CoVisits}
    assert [type(source) for source in Sources(**every).configured] == [entry.kind for entry in SOURCES]


def test_members_of_covisits_are_settings_by_name_and_none_leave_it_out():
    members = {"near": CoVisit(max_gap=1)}
    assert CoVisits(members=members) in Sources(covisit=members).configured
    assert CoVisits not in {type(source) for source in Sources(covisit={}).configured}


def test_settings_are_values():
    assert Sources(popular=Popular(limit=3)) == pickle.loads(pickle.dumps(Sources(popular=Popular(limit=3))))
    assert Sources(popular=None) != Sources()
    with pytest.raises(AttributeError):
        Sources().popular = None


@pytest.mark.parametrize("entry", SOURCES, ids=lambda entry: entry.field)
def test_every_source_has_flags_and_a_line_of_help(entry, capsys):
    with pytest.raises(SystemExit):
        configure("run", "", ["--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert f"--candidates.sources.{entry.field.replace('_', '-')} " in text
    assert " ".join(entry.about.split()[:3]) in text


def test_sources_are_chosen_in_their_fixed_order():
    assert [source.name for source in Candidates().chosen(["popular", "revisit"])] == ["revisit", "popular"]
