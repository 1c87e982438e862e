"""Small tables of rows with labels by horizon, as files in folders of hours."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.labelled.config import Labelled
from data.labelled.looking import look_through
from data.labelled.roles import Declared
from data.opening.paths import named_files
from data.partitions.choosing import parts_within
from data.partitions.window import Window

TABLE = Labelled(
    key="id",
    labels={"7": "d7", "14": "d14"},
    outcomes=("buyer*",),
    batch_rows=3,
    max_parts_aside=0.5,
    max_quarantine=0.5,
)
ALL = Declared(("app", "spent", "seen", "msrp"))
MAP = pa.map_(pa.string(), pa.float64())


def rows(*ids, spent=None, **more):
    """A part: labels of 0, and what else is named."""
    n = len(ids)
    columns = {
        "id": pa.array(ids, pa.string()),
        "app": pa.array(["a"] * n),
        "spent": pa.array([spent or {"a": 1.5}] * n, MAP),
        "d7": pa.array([0.0] * n),
        "d14": pa.array([0.0] * n),
        "buyer_d7": pa.array([0] * n, pa.int32()),
    }
    return pa.table({**columns, **more})


def put(root: Path, hour: int, name: str, table: pa.Table, group_rows: int = 2) -> Path:
    """Write a part into the folder of an hour."""
    folder = root / f"datetime=2025-10-01-{hour:02d}-00"
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / name, row_group_size=group_rows, compression="snappy")
    return folder / name


def looked(root, table=TABLE, window=None, declared=ALL, known=None, labelled=True):
    """A folder looked through."""
    window = window or Window()
    found = named_files(str(root), "train")
    chosen = parts_within(found.files, found.empty, table.folders, window, untimed=table.time is not None)
    return look_through(chosen, table, window, declared, Path(f"{root}.texts"), known, labelled=labelled)
