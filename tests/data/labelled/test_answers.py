"""Labels in a table of their own."""

import pytest

from data.errors import AisleError
from data.labelled.answers import read_answers
from data.labelled.config import Labelled

TABLE = Labelled(key="id", labels={"7": "d7", "14": "d14"})


def answers(tmp_path, text):
    (tmp_path / "labels.csv").write_text(text)
    return read_answers([tmp_path / "labels.csv"], TABLE)


def test_labels_by_key(tmp_path):
    read = answers(tmp_path, "id,d7,d14,else\n1,0,0,x\n2,1.5,3,x\n,1,1,x\n3,2,1,x\n2,9,9,x\n4,,7,x\n5,a,1,x\n")
    assert read.frame.rows() == [("1", 0.0, 0.0), ("2", 1.5, 3.0), ("4", None, 7.0)]
    assert read.left == {"no key": 1, "`d14` is below `d7`": 1, "`d7` is no number": 1, "repeated key": 1}
    assert read.frame.height + read.left.total() == 7


def test_a_label_that_is_not_there_is_not_known(tmp_path):
    assert answers(tmp_path, "id,d14\n1,2\n").frame.rows() == [("1", None, 2.0)]


def test_another_table(tmp_path):
    with pytest.raises(AisleError, match="column `id` is missing"):
        answers(tmp_path, "user,d7\n1,2\n")
    with pytest.raises(AisleError, match="column `d7` is missing"):
        answers(tmp_path, "id,other\n1,2\n")
    with pytest.raises(AisleError, match="none of its rows has a key and a label"):
        answers(tmp_path, "id,d7\n,2\n")


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        (
            "id,d7,d14\n1,3,2\n2,9,1\n",
            r"\(`d14` is below `d7` 2\); see that `ltv.table.layout.labels` \(7: d7, 14: d14\)",
        ),
        ("id,d7,d14\n,3,4\n,9,10\n", r"\(no key 2\); see that `id` holds the rows' keys"),
        ("id,d7,d14\n1,-3,4\n2,-9,\n", r"\(`d7` is below 0 2\); write each label as the money that came"),
    ],
)
def test_labels_of_which_none_can_be_believed_are_told_with_their_mend(tmp_path, text, mend):
    with pytest.raises(AisleError, match=mend):
        answers(tmp_path, text)
