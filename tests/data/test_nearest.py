from data.nearest import did_you_mean, nearest


def test_a_typo_finds_its_name():
    assert nearest("vaild", ["valid", "test", "seed"]) == ["valid"]
    assert did_you_mean("Customer ID", ["customer_id", "time"]) == "; did you mean `customer_id`?"


def test_several_names_may_be_near_and_none():
    assert did_you_mean("iten", ["item", "items", "price"]) == "; did you mean `item` or `items`?"
    assert did_you_mean("colour", ["item", "price"]) == ""


def test_a_name_of_a_megabyte_is_compared_by_its_beginning():
    assert nearest("x" * 2**20, ["x" * 80, "y"]) == ["x" * 80]
