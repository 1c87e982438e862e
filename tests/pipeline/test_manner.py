import importlib
from pathlib import Path

import pytest

from pipeline.manner import CODES, SAYS, Manner, manner_of

PIPELINE = Path(__file__).parents[2] / "pipeline"
COMMANDS = sorted(file.stem for file in PIPELINE.glob("*.py") if "sys.exit(main())" in file.read_text())


def test_the_flags_of_every_command_are_taken_out():
    given = ["--json", "--config", "a.yaml", "--dry_run", "--quiet", "--debug"]
    assert manner_of(given) == (Manner(debug=True, quiet=True, json=True, dry_run=True), ["--config", "a.yaml"])
    assert manner_of(["--explain", "json"]) == (Manner(), ["--explain", "json"])


@pytest.mark.parametrize(
    ("command", "more"),
    [*((name, ()) for name in COMMANDS), ("actions", ("--table", "x")), ("value", ("--table", "x"))],
)
def test_every_help_tells_them_and_the_exit_codes(command, more, capsys):
    with pytest.raises(SystemExit) as end:
        importlib.import_module(f"pipeline.{command}").main([*more, "--help"])
    assert end.value.code == 0
    told = capsys.readouterr().out
    for flag, about in SAYS.items():
        assert f"  {flag:<12}{about}\n" in told
    for code, meaning in CODES.items():
        assert f"  {code:<5}{meaning}\n" in told
