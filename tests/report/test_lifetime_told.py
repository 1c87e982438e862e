"""What `ltv` prints of its measures."""

from rich.console import Console

from report.lifetime import show_lifetime


def test_it_tells_what_each_output_was_made_of():
    chosen = {
        "expected_value": {"recipe": "ziln", "weights": {"ziln": 1.0}},
        "rmsle_value": {"recipe": "mean of logs", "weights": {"log1p__log": 0.5, "hurdle__log": 0.5}},
    }
    metrics = {
        "ltv": {"test": {"d7": {"all_zeros": {"mae": 0.5}}, "d14": {}}},
        "counts": {"test": {"scored": 10, "judged": {"d7": 9, "d14": 0}}},
        "order_violations": {"test": 0},
        "out_of_fold": {"test": {"horizons": {"d7": {"chosen": chosen}}}},
    }
    console = Console(record=True, width=200)
    show_lifetime(metrics, console)
    told = console.export_text()
    assert "test d7: 9 rows" in told
    assert "taken out of fold for expected value: ziln; rmsle value: mean of logs of log1p log, hurdle log" in told
    assert "test d14: 10 rows scored; what they bring is not known" in told
    assert "test: 0 of 10 rows' promises fall with the horizon" in told
