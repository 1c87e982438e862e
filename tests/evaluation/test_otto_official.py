"""The official OTTO score, against the official script's own scores, by hand, and against plain Python."""

import json
import os
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import AisleError
from data.otto import split as split_module
from evaluation.otto_official import score

TYPES = ("clicks", "carts", "orders")


def shared(path):
    """Return a path of the shared data, or skip the test."""
    root = Path(os.environ.get("AISLE_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data")
    if not (root / path).exists():
        pytest.skip(f"needs {path}: name the folder of the shared data in AISLE_DATA")
    return root / path


def write(folder, labels, rows):
    lines = [json.dumps({"session": session, "labels": asked}) for session, asked in labels]
    (folder / "labels.jsonl").write_text("".join(line + "\n" for line in lines))
    (folder / "predictions.csv").write_text("".join(line + "\n" for line in ["session_type,labels", *rows]))
    return folder / "labels.jsonl", folder / "predictions.csv"


def plain_score(labels, rows):
    """Score in plain Python; later labels of a session and later rows of a pair replace earlier ones."""
    asked, picked = dict(labels), dict(row.split(",") for row in rows)
    found = {}
    for name in TYPES:
        hits = most = 0
        for session, by_type in asked.items():
            items = set(by_type.get(name, []) if name != "clicks" else [by_type.get("clicks") or None])
            items -= {None}
            first = [int(item) for item in picked.get(f"{session}_{name}", "").split()][:20]
            hits += len(items & set(first))
            most += min(20, len(items))
        found[name] = hits / most if most else None
    known = None not in found.values()
    total = 0.1 * found["clicks"] + 0.3 * found["carts"] + 0.6 * found["orders"] if known else None
    return {**found, "total": total}


def test_the_official_scores_are_reproduced():
    folder = shared("otto/metric_oracle")
    expected = json.loads((folder / "scores.json").read_text())
    found = score(folder / "labels.jsonl", folder / "predictions.csv")
    assert list(found) == list(expected)
    assert found == pytest.approx(expected, rel=0, abs=1e-12)


def test_by_hand(tmp_path):
    many = list(range(100, 125))
    labels = [
        (1, {"clicks": 7, "carts": [0, 5], "orders": many}),  # article 0 is a label in carts
        (2, {"clicks": 0}),  # and none in clicks
        (3, {"clicks": 9, "orders": [4]}),  # no prediction at all
        (4, {"clicks": 8}),
        (5, {}),
    ]
    rows = [
        "1_clicks,6 7",
        "1_carts,0 0 1 0",
        "1_orders," + " ".join(map(str, many)),
        "2_clicks,0",
        "4_clicks," + "3 " * 20 + "8",  # duplicates push the hit to place 21
        "4_carts,1 2",
        "4_orders,",
        "6_clicks,7",
    ]
    # clicks: 1 of 3; carts: 1 of 2; orders: 20 of 20 + 1.
    expected = {"clicks": 1 / 3, "carts": 1 / 2, "orders": 20 / 21, "total": 0.1 / 3 + 0.3 / 2 + 0.6 * 20 / 21}
    assert score(*write(tmp_path, labels, rows)) == pytest.approx(expected, abs=1e-12)


def test_a_type_without_labels_is_null_and_so_is_the_total(tmp_path):
    labels = [(1, {"clicks": 0, "carts": [3]}), (2, {"carts": []})]
    found = score(*write(tmp_path, labels, ["1_carts,3"]))
    assert found == {"clicks": None, "carts": 1.0, "orders": None, "total": None}


def test_no_predictions_miss_everything(tmp_path):
    labels = [(1, {"clicks": 1, "carts": [1], "orders": [1]})]
    assert score(*write(tmp_path, labels, [])) == {"clicks": 0.0, "carts": 0.0, "orders": 0.0, "total": 0.0}


@pytest.mark.parametrize("chunk_bytes", [1, 1 << 20])
def test_the_last_of_repeated_lines_counts(tmp_path, chunk_bytes):
    labels = [(1, {"clicks": 1}), (1, {"carts": [2]})]
    with patch.object(split_module, "_CHUNK_BYTES", chunk_bytes):
        better = score(*write(tmp_path, labels, ["1_carts,3", "2_carts,2", "1_carts,  2   "]))
        worse = score(*write(tmp_path, labels, ["1_carts,2", "1_carts,3"]))
    assert better == {"clicks": None, "carts": 1.0, "orders": None, "total": None}
    assert worse == {"clicks": None, "carts": 0.0, "orders": None, "total": None}


few_items = st.lists(st.integers(0, 40), max_size=30)
label_sets = st.fixed_dictionaries({}, optional={"clicks": st.integers(0, 3), "carts": few_items, "orders": few_items})
label_lines = st.lists(st.tuples(st.integers(-1, 4), label_sets), min_size=1, max_size=8)
row_texts = st.builds(
    lambda session, name, items: f"{session}_{name},{' '.join(map(str, items))}",
    st.integers(-1, 5),
    st.sampled_from(TYPES),
    few_items,
)


@settings(deadline=None)
@given(labels=label_lines, rows=st.lists(row_texts, max_size=12), chunk_bytes=st.sampled_from([1, 100, 1 << 20]))
def test_equals_plain_python(tmp_path_factory, labels, rows, chunk_bytes):
    paths = write(tmp_path_factory.mktemp("score"), labels, rows)
    with patch.object(split_module, "_CHUNK_BYTES", chunk_bytes):
        found = score(*paths)
    assert found == pytest.approx(plain_score(labels, rows), abs=1e-12)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "is blank"),
        ("1_clicks", "reads '1_clicks', which is not like 42_clicks,1 2 3"),
        ("1_views,1", "reads '1_views,1', which is not like"),
        ("x_clicks,1", "reads 'x_clicks,1', which is not like"),
        ("1_clicks,1,2", "reads '1_clicks,1,2', which is not like"),
        ('"1_clicks","1 2"', 'reads \'"1_clicks","1 2"\', which is not like'),
        ("1_clicks,1 a", "has 'a', which is no 64-bit integer"),
        ("1_clicks,1 2.0", "has '2.0', which is no 64-bit integer"),
        (f"{2**63}_clicks,1", f"has '{2**63}', which is no 64-bit integer"),
        (f"1_clicks,{2**63}", f"has '{2**63}', which is no 64-bit integer"),
    ],
)
def test_a_faulty_prediction_is_named(tmp_path, line, reason):
    labels, predictions = write(tmp_path, [(1, {"clicks": 1})], ["1_clicks,1", line, "1_carts,3"])
    with pytest.raises(AisleError) as caught:
        score(labels, predictions)
    assert str(caught.value).startswith(f"{predictions}, line 3, {reason}")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "is blank"),
        ("{", "cannot be decoded (Expecting"),
        ("[]", "does not have exactly the keys `session` and `labels`"),
        ('{"session":1,"labels":{},"x":1}', "does not have exactly the keys"),
        ('{"session":1,"labels":null}', "has `labels` that are not an object of clicks, carts, orders"),
        ('{"session":1,"labels":{"views":1}}', "has `labels` that are not an object"),
        ('{"session":1,"labels":{"carts":1}}', "has `carts` or `orders` that are no list"),
        ('{"session":1,"labels":{"orders":null}}', "has `carts` or `orders` that are no list"),
        ('{"session":null,"labels":{}}', "has None, which is no 64-bit integer"),
        ('{"session":1,"labels":{"clicks":false}}', "has False, which is no 64-bit integer"),
        ('{"session":1,"labels":{"carts":[1,null]}}', "has None, which is no 64-bit integer"),
    ],
)
def test_a_faulty_label_is_named(tmp_path, line, reason):
    labels, predictions = write(tmp_path, [], ["1_clicks,1"])
    labels.write_text('{"session":0,"labels":{"clicks":1}}\n' + line + "\n")
    with pytest.raises(AisleError) as caught:
        score(labels, predictions)
    assert str(caught.value).startswith(f"{labels}, line 2, {reason}")


def test_a_repeated_key_is_refused(tmp_path):
    labels, predictions = write(tmp_path, [], [])
    labels.write_text('{"session":0,"labels":{"clicks":1,"clicks":2}}\n')
    with pytest.raises(AisleError, match="has a line from 1 to 1 that cannot be read"):
        score(labels, predictions)


def test_files_that_cannot_be_used(tmp_path):
    labels, predictions = write(tmp_path, [(1, {"clicks": 1})], ["1_clicks,1"])
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(AisleError, match=r"`test_labels` is .*empty, which is empty: give"):
        score(empty, predictions)
    with pytest.raises(AisleError, match="empty must begin with the line session_type,labels: add it"):
        score(labels, empty)
    with pytest.raises(AisleError, match=r"labels\.jsonl must begin with the line session_type,labels: add it"):
        score(labels, labels)
    for paths in ((tmp_path / "none", predictions), (labels, tmp_path / "none")):
        with pytest.raises(AisleError, match=r"none cannot be read \(No such file or directory\): give"):
            score(*paths)
