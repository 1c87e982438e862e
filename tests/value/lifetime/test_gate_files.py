import json

import pytest

from data.errors import AisleError
from value.lifetime.gate_files import gate_of, read_gates, write_gates
from value.lifetime.gates import OPEN, Found, Gate

HORIZONS = ("d7", "d14")


def test_what_is_written_is_read_again(tmp_path):
    gate = Gate(0.03, 0.0, 1.1, 250.0)
    write_gates(tmp_path / "buyer_gate.json", {"rmsle_value": {"d7": Found(gate, 0.5, 0.4, 0.96)}})
    gates = read_gates(tmp_path / "buyer_gate.json", HORIZONS)
    assert gate_of(gates, "rmsle_value", "d7") == gate
    assert gate_of(gates, "rmsle_value", "d14") == gate_of(gates, "mae_value", "d7") == OPEN


def test_it_can_be_edited(tmp_path):
    (tmp_path / "gate.json").write_text('{"mae_value": {"d14": {"cutoff": 0.5, "below": 0}}}')
    assert gate_of(read_gates(tmp_path / "gate.json", HORIZONS), "mae_value", "d14") == Gate(0.5, 0)


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ({"mae_valu": {}}, "'mae_valu'; did you mean `mae_value`"),
        ({"mae_value": {"d15": {}}}, "a horizon of `mae_value` must be one of d7, d14, got 'd15'"),
        ({"mae_value": {"d7": {"cutof": 1}}}, "'cutof'; did you mean `cutoff`?"),
        ({"mae_value": {"d7": {"cutoff": "half"}}}, "`mae_value.d7.cutoff` must be a number, got 'half'"),
        ({"mae_value": {"d7": {"cutoff": None}}}, "`mae_value.d7.cutoff` must be a number, got None"),
        ({"mae_value": {"d7": {"above": True}}}, "`mae_value.d7.above` must be a number, got True"),
        ({"mae_value": {"d7": {"cutoff": 7}}}, "`mae_value.d7`: `cutoff` must lie between 0 and 1, got 7"),
        ({"mae_value": {"d7": {"cap": float("nan")}}}, "`cap` must lie between 0 and 1e"),
        ({"mae_value": {"d7": {"above": 10**400}}}, "`above` must lie between 0 and 1e"),
        ({"expected_value": {}}, "must be one of rmsle_value, mae_value, got 'expected_value'"),
        ([], "an output with a gate must be named"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path, kept, told):
    (tmp_path / "gate.json").write_text(json.dumps(kept))
    with pytest.raises(AisleError) as error:
        read_gates(tmp_path / "gate.json", HORIZONS)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_json_is_told(tmp_path):
    (tmp_path / "gate.json").write_text("{")
    with pytest.raises(AisleError, match="cannot be read as JSON"):
        read_gates(tmp_path / "gate.json", HORIZONS)
