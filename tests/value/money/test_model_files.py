import subprocess
import sys
from pathlib import Path

import pytest
import skops.io
from sklearn.linear_model import LinearRegression

from data.errors import AisleError
from value.money.meta_models import MeanOfMembers
from value.money.model_files import load_method, save_method


class Stranger:
    """A type that no value model is made of."""


def test_own_and_scikit_learn_types_are_read(tmp_path):
    for one in (MeanOfMembers().fit([[1.0, 3.0]], [2.0]), LinearRegression().fit([[1.0, 3.0]], [2.0])):
        save_method(one, tmp_path / "one.skops")
        assert load_method(tmp_path / "one.skops").predict([[2.0, 4.0]]).shape == (1,)


def test_a_foreign_type_is_refused(tmp_path):
    skops.io.dump(Stranger(), tmp_path / "bad.skops")
    with pytest.raises(AisleError, match="Stranger, which no value model is made of"):
        load_method(tmp_path / "bad.skops")


def test_commands_that_open_no_model_do_not_wait_for_skops():
    code = "import sys, pipeline.prepare; sys.exit('skops' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
