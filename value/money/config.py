"""How value models are learnt and chosen."""

from dataclasses import dataclass, field
from typing import Literal

from data.checks import check_at_least, check_share
from learning.study import Search
from value.money.methods import Methods

Optimize = Literal["rmse", "mae", "rmsle", "r2", "gini", "auc"]
METRIC_OF = {"rmse": "rmse", "mae": "mae", "rmsle": "rmsle", "r2": "r2", "gini": "ngini", "auc": "auc"}


@dataclass(frozen=True)
class ValueConfig:
    """How value models are learnt and chosen.

    Parameters
    ----------
    methods
        What is compared.
    optimize
        The measure that the winner is chosen for: of `mae_value` for mae, of `rmsle_value` for rmsle, of
        `expected_value` for the others. The other outputs are chosen for their own (rmse, rmsle, mae).
    folds
        Of the out-of-fold answers, by group.
    forward
        Of the answers for later rows by earlier ones, that levels are found on where rows have a time; 0 finds levels
        on the out-of-fold answers.
    most_methods
        Methods that one output may be mixed of: each has to be asked at scoring.
    most_in_all
        Methods that the three outputs may ask together.
    alone
        Whether an output is one method's column, not a mix.
    coverage
        Share of the rows whose true value should lie between `low` and `high`.
    search
        Settings of trees that are tried before all this.
    searched
        The method whose trees are searched; the winner's if empty.
    """

    methods: Methods = field(default_factory=Methods)
    optimize: Optimize = "rmse"
    folds: int = 5
    forward: int = 3
    most_methods: int = 4
    most_in_all: int = 6
    alone: bool = False
    coverage: float = 0.8
    search: Search = field(default_factory=lambda: Search(prune=True))
    searched: str = ""

    def __post_init__(self) -> None:
        check_at_least(self, 2, "folds")
        check_at_least(self, 1, "most_methods")
        check_at_least(self, self.most_methods, "most_in_all")
        check_at_least(self, 0, "forward")
        check_share(self, "coverage")
        if self.coverage == 1:
            raise ValueError("`coverage` must lie below 1, got 1.0.")
        if self.optimize not in METRIC_OF:
            raise ValueError(f"`optimize` must be one of {', '.join(METRIC_OF)}, got {self.optimize!r}.")
