from datetime import datetime, timedelta

import pytest

from data.errors import AisleError
from data.formats import Flag
from pipeline.cli import configure
from pipeline.settings.config import Config
from pipeline.settings.flags import layers_of

TRAIN = ("--train", "x")


def of(*flags, config="train: x\n", tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(config)
    return configure("run", "", ["--config", str(file), *flags])


def test_event_codes_are_texts_however_yaml_reads_them(tmp_path):
    config = "train: x\ninput: {format: {events: {0: clicks, 0012: carts, yes: orders, no: ignore, 1.50: clicks}}}\n"
    found = of(config=config, tmp_path=tmp_path).input.format.events
    assert found == {"0": "clicks", "0012": "carts", "yes": "orders", "no": "ignore", "1.50": "clicks"}


def test_a_flag_adds_a_key_to_a_mapping_and_replaces_it_whole(tmp_path):
    config = "train: x\ninput: {format: {events: {view: clicks}}}\n"
    added = of("--input.format.events.add.to.cart", "carts", config=config, tmp_path=tmp_path)
    assert added.input.format.events == {"view": "clicks", "add.to.cart": "carts"}
    replaced = of("--input.format.events", "{buy: orders}", config=config, tmp_path=tmp_path)
    assert replaced.input.format.events == {"buy": "orders"}
    assert list(of("--value.cuts.late.first_n", "9", tmp_path=tmp_path).value.cuts) == ["first3", "late"]


def test_a_column_of_yes_and_no_takes_a_type_or_more(tmp_path):
    config = "train: x\ninput: {format: {flags: {seen: clicks, on.sale: {type: orders, ts: at}}}}\n"
    found = of(config=config, tmp_path=tmp_path).input.format.flags
    assert found == {"seen": Flag("clicks"), "on.sale": Flag("orders", ts="at")}
    more = ["--input.format.flags.put", "carts", "--input.format.flags.seen.ts", "t"]
    found = of(*more, config=config, tmp_path=tmp_path).input.format.flags
    assert found == {"seen": Flag("clicks", "t"), "on.sale": Flag("orders", "at"), "put": Flag("carts")}
    replaced = of("--input.format.flags", "{sold: orders}", config=config, tmp_path=tmp_path)
    assert replaced.input.format.flags == {"sold": Flag("orders")}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{sold: oders}", "`input.format.flags` maps to ['oders']; use one of"),
        ("{sold: {ts: at}}", "`input.format.flags.sold.type` is not given"),
        ("{sold: {type: orders, time: at}}", "there is no setting `input.format.flags.sold.time`"),
        ("{sold: [orders]}", "`input.format.flags.sold` is a group of settings (type, ts, event_id), got a list of 1"),
        ("{sold: ''}", "`input.format.flags.sold.type` is empty"),
        ("{sold: null}", "`input.format.flags.sold` must be a group of settings, got null"),
    ],
)
def test_wrong_columns_of_yes_and_no(given, said, tmp_path):
    with pytest.raises(AisleError) as error:
        of("--input.format.flags", given, tmp_path=tmp_path)
    assert said in str(error.value)


def test_files_are_laid_over_each_other_and_flags_over_all(tmp_path):
    over = tmp_path / "over.yaml"
    over.write_text("folds: {test: 2d}\nshards: 4\n")
    found = of(
        "--shards", "5", "--config", str(over), config="train: x\nfolds: {valid: 3d, test: 3d}\n", tmp_path=tmp_path
    )
    assert (found.folds.valid, found.folds.test, found.shards) == (timedelta(days=3), timedelta(days=2), 5)


def test_a_group_that_is_null_is_set_again_by_one_of_its_settings():
    found = configure(
        "run", "", [*TRAIN, "--candidates.sources.popular", "null", "--candidates.sources.popular.limit", "7"]
    )
    assert found.candidates.sources.popular.limit == 7


def test_names_may_be_listed_with_commas():
    found = configure("run", "", [*TRAIN, "--features.leave-out", "user_past, item_age"])
    assert found.features.leave_out == ("user_past", "item_age")


def test_a_time_with_a_zone_is_utc():
    found = configure("run", "", [*TRAIN, "--folds.end", "2025-03-31T18:00:00+02:00"])
    assert found.folds.end == datetime(2025, 3, 31, 16)


def test_a_group_keeps_the_defaults_of_where_it_stands():
    plain, given = (
        configure("run", "", [*TRAIN, *more]) for more in ([], ["--value.model.methods.boosting.rounds", "7"])
    )
    assert given.value.model.methods.boosting.learning_rate == plain.value.model.methods.boosting.learning_rate == 0.085


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["stray"], "'stray' belongs to no flag"),
        (["--train"], "`--train` needs a value"),
        (["--train", "--shards", "2"], "`--train` needs a value"),
        (["--config"], "`--config` needs a value"),
        (
            ["--folds.vaild", "3d"],
            "there is no setting `folds.vaild`; did you mean `folds.valid`?",
        ),
        (["--valid", "3d"], "there is no setting `valid`; did you mean `folds.valid` or `ltv.table.layout.valid`?"),
        (["--shards.x", "3d"], "`shards` is a whole number and has no settings of its own, got `x`"),
        (["--sources", "revist"], "did you mean `revisit`?"),
        (["--input.format.reader", "generik"], "did you mean `generic`?"),
        (["--features.leave_out", "user_pas"], "did you mean `user_past`?"),
        (["--value.leave-out", "session_shap"], "did you mean `session_shape` or `session_goods`?"),
        (["--value.model.methods.names", "tweedy"], "did you mean `tweedie`?"),
        (["--folds.cut", "randon"], "did you mean `random`?"),
        (["--candidates.total", "12000"], "`candidates.total` must be at most 10,000, the rows a query that LightGBM"),
        (["--candidates.per-source", "12000"], "`candidates.per_source` must be at most 10,000"),
        (["--input.format.joins.users.file", "u.csv"], "`input.format.joins.users.key` is not given"),
        (["--folds.first-n", "0"], "`folds.first_n` must be at least 1"),
        (["--input.sessions.gap", "0s"], "`input.sessions.gap` must be above 0"),
        (["--value.cuts", "{a: {learn_too: [b]}}"], "`value.cuts.a.learn_too` names ['b']"),
    ],
)
def test_what_is_wrong_is_one_line(flags, says):
    with pytest.raises(AisleError) as raised:
        configure("run", "", [*TRAIN, *flags])
    assert says in str(raised.value)
    assert len(str(raised.value)) <= 400
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "there are no settings in it"),
        (b"# all of it is a comment\n", "there are no settings in it"),
        (b"hello\n", "it holds 'hello', and no settings"),
        (b"- a\n- b\n", "it holds a list of 2, and no settings"),
        (b"train: x\nname: caf\xe9\n", "line 2 is not UTF-8"),
        (b"\xff\xfet\x00", "line 1 is not UTF-8"),
        (b"rankerz: {}\n", "line 1: there is no setting `rankerz`; did you mean `rankers`?"),
        (
            b"folds:\n  vaild: 3d\n",
            "line 2: there is no setting `folds.vaild`; did you mean `folds.valid`?",
        ),
        (b"folds:\n", "`folds` must be a group of settings, got null"),
        (b"folds: [3d]\n", "`folds` is a group of settings (valid, test, "),
        (b"workdir: null\n", "`workdir` must be a text, got null"),
        (b"input: {format: {events: [a]}}\n", "`input.format.events` is a mapping"),
        (b"input: {format: {events: {a: null}}}\n", "`input.format.events.a` must be a text, got null"),
        (b"config: other.yaml\n", "there is no setting `config`"),
        (b"train: x\ntrain: y\n", "line 2: `train` is given twice, first in line 1"),
        (b"x" * (4 * 2**20 + 1), "over 4 MiB is no file of settings"),
    ],
)
def test_a_file_that_is_wrong_is_one_line(content, says, tmp_path):
    file = tmp_path / "c.yaml"
    file.write_bytes(content)
    with pytest.raises(AisleError) as raised:
        configure("run", "", ["--config", str(file)])
    assert str(raised.value).startswith(f"{file}: ")
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


def test_no_file_a_folder_and_a_name_that_is_near(tmp_path):
    (tmp_path / "mine.yaml").touch()
    for given, says in (
        (tmp_path, "a folder is no file of settings"),
        (tmp_path / "mien.yaml", "does not exist; did you mean `mine.yaml`?"),
        ("a\0b", "must be a YAML file of settings, got"),
        ("", "must be a YAML file of settings, got ''"),
        ("x" * 5_000, "cannot be read"),
    ):
        with pytest.raises(AisleError) as raised:
            layers_of(Config, ["--config", str(given)])
        assert says in str(raised.value)
        assert "\n" not in str(raised.value)


def test_lists_of_days_and_times(tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text("train: x\nltv: {horizons: [7, 28], origins: {at: [2024-01-01, 2024-02-01T12:00]}}\n")
    found = configure("run", "", ["--config", str(file)]).ltv
    assert found.horizons == (7, 28)
    assert found.origins.at == (datetime(2024, 1, 1), datetime(2024, 2, 1, 12))
    assert configure("run", "", [*TRAIN, "--ltv.horizons", "1, 7"]).ltv.horizons == (1, 7)


@pytest.mark.parametrize(
    ("flag", "value", "told"),
    [
        ("horizons", "7,x", "`ltv.horizons` must be a whole number such as 20, got 'x'"),
        ("horizons", "[7, [1]]", "`ltv.horizons` is a list, each a whole number, such as [a, b], got a list of 1"),
        ("horizons", "30,7", r"`ltv.horizons` must be days from 1 to 3,660, ascending, each once, got [30, 7]"),
        ("origins.at", "2024", "`ltv.origins.at` must be a time such as 2025-03-31"),
        ("origins.at", "2024-01-01,2024-01-01", "`ltv.origins.at` names an origin twice"),
        ("leave-out", "customer_gap", "did you mean `customer_gaps`"),
    ],
)
def test_wrong_entries_of_lists(flag, value, told):
    with pytest.raises(AisleError) as raised:
        configure("run", "", [*TRAIN, f"--ltv.{flag}", value])
    assert told in str(raised.value)
