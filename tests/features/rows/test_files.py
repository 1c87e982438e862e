import json
import shutil

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from features.rows.describer import RowDescriber
from tests.features.rows.impressions import CONFIG, impressions

FRAME, TARGETS = impressions()


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("describer")
    describer, _ = RowDescriber.fit(FRAME, TARGETS, np.arange(FRAME.height), CONFIG)
    describer.save(folder)
    return describer, folder


def test_what_is_read_describes_as_what_was_written(saved):
    describer, folder = saved
    again = RowDescriber.load(folder)
    assert again.config == describer.config
    assert again.sources == describer.sources
    assert again.local == describer.local
    assert_frame_equal(again.columns, describer.columns)
    assert_frame_equal(again.describe(FRAME), describer.describe(FRAME), check_exact=True)


def test_the_same_bytes_each_time(saved, tmp_path):
    _, folder = saved
    RowDescriber.load(folder).save(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(file.name for file in folder.iterdir())
    assert all((tmp_path / file.name).read_bytes() == file.read_bytes() for file in folder.iterdir())


def test_people_can_read_it(saved):
    _, folder = saved
    told = json.loads((folder / "describer.json").read_text())
    assert told["config"]["own"]["country_hist"] == "country"
    assert pl.read_parquet(folder / "percentiles.parquet").columns == ["feature", "by", "code", "value", "place"]


def test_an_edit_is_refused_in_one_line(saved, tmp_path):
    _, folder = saved
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "describer.json"
    path.write_text(path.read_text().replace('"prior_rows": 3.0', '"prior_rows": 30.0'))
    with pytest.raises(AisleError, match=r"describer.json: the file is not as it was written; learn again"):
        RowDescriber.load(tmp_path)


@pytest.mark.parametrize("name", ["levels.parquet", "columns.parquet", "target_means.parquet"])
def test_damage_is_refused_in_one_line(saved, tmp_path, name):
    _, folder = saved
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    held = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(held[:-9])
    with pytest.raises(AisleError, match=rf"{name}: the file is not as it was written"):
        RowDescriber.load(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(AisleError, match=rf"{name}: No such file or directory; learn again"):
        RowDescriber.load(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", "[" * 100_000, '{"seal": 1}'])
def test_what_is_no_describer_is_refused_in_one_line(tmp_path, text):
    (tmp_path / "describer.json").write_text(text)
    with pytest.raises(AisleError, match=r"describer.json: the file is"):
        RowDescriber.load(tmp_path)
    with pytest.raises(AisleError, match="there is no such file"):
        RowDescriber.load(tmp_path / "nowhere")
