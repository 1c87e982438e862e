import polars as pl
import pytest

from aisle.frames import GivenFrame, fingerprint, writable
from data.errors import AisleError
from pipeline.store.store import Store

FRAME = pl.DataFrame({"item": ["a", "b", None, "c"], "price": [1.0, None, 2.5, 0.0]})


def test_what_no_file_can_hold_is_refused():
    assert writable(FRAME.lazy(), "train").equals(FRAME)
    with pytest.raises(AisleError, match=r"`train`: columns \['item'\] hold Python objects"):
        writable(pl.DataFrame({"item": pl.Series([object()], dtype=pl.Object)}), "train")


def test_the_fingerprint_is_of_the_content():
    pieces = pl.concat([FRAME.head(1), FRAME.slice(1, 2), FRAME.tail(1)], rechunk=False)
    assert pieces.n_chunks() > 1
    assert fingerprint(pieces) == fingerprint(FRAME)
    others = [
        FRAME.reverse(),
        FRAME.head(3),
        FRAME.rename({"item": "product"}),
        FRAME.select("price", "item"),
        FRAME.with_columns(pl.col("price").cast(pl.Float32)),
        FRAME.with_columns(pl.col("price").fill_null(0.0)),
    ]
    assert len({fingerprint(frame) for frame in [FRAME, *others]}) == 7


def test_a_frame_is_written_once(tmp_path):
    lines = []
    store = Store(tmp_path, lines.append)
    for frame in (FRAME, FRAME.clone(), FRAME.head(2)):
        made = store.make("given/train", GivenFrame(fingerprint(frame), frame))
        assert pl.read_parquet(made.path / "log.parquet").equals(frame)
    assert [line.partition(" in ")[0] for line in lines] == [
        "given/train: built",
        "given/train: up to date",
        "given/train: built",
    ]
