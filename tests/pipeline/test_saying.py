import logging

from pipeline.saying import said_by, say_warnings


def test_lines_are_given_and_then_go_where_they_went(caplog, capsys):
    log = logging.getLogger("aisle")
    caplog.set_level(logging.INFO, "aisle")
    lines = []
    with said_by(lines.append):
        log.info("one %d", 1)
        with said_by(print):
            log.info("two")
        log.info("three")
    log.info("four")
    assert lines == ["one 1", "three"]
    assert capsys.readouterr().out == "two\n"
    assert [record.getMessage() for record in caplog.records] == ["four"]


def test_what_was_said_is_not_said_again(caplog):
    caplog.set_level(logging.WARNING, "aisle")
    one, two = {"check": "a", "said": "one."}, {"check": "b", "said": "two."}
    assert say_warnings([one, two], [one]) == [two]
    assert [record.getMessage() for record in caplog.records] == ["warning: two."]
