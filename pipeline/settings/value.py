"""The configuration of value models: what is predicted, when it is asked, and by what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from data.checks import check_at_least
from data.nearest import did_you_mean
from features import VALUE_GROUPS
from value.money.model import ValueConfig
from value.session.cuts import ValueCut
from value.session.targets import Targets


@dataclass(frozen=True)
class Value:
    """Session value (`python -m pipeline.value`).

    Parameters
    ----------
    learn_from
        Sessions that begin from then on (UTC), and close before the test begins, are learnt from; earlier ones are
        history alone. Null: from the log's first event.
    targets
        What is predicted of a session.
    cuts
        When it is asked: each name is a question of its own, with a model of its own.
    model
        How values are learnt.
    leave_out
        Feature groups that are not learnt from.
    training_rows
        Rows that a model learns from, at most.
    """

    learn_from: datetime | None = None
    targets: Targets = field(default_factory=Targets)
    cuts: Mapping[str, ValueCut] = field(default_factory=lambda: {"first3": ValueCut()})
    model: ValueConfig = field(default_factory=ValueConfig)
    leave_out: tuple[str, ...] = ()
    training_rows: int = 1_000_000

    def __post_init__(self) -> None:
        check_at_least(self, 1, "training_rows")
        if not self.cuts:
            raise ValueError("`value.cuts` needs one cut or more.")
        for name, cut in self.cuts.items():
            if strange := [other for other in cut.learn_too if other not in self.cuts]:
                near = did_you_mean(strange[0], self.cuts) or "."
                raise ValueError(
                    f"`value.cuts.{name}.learn_too` names {strange}, no cuts; they are {list(self.cuts)}{near}"
                )
        known = [group.name for group in VALUE_GROUPS]
        unknown = sorted(set(self.leave_out) - set(known))
        if unknown:
            raise ValueError(
                f"`value.leave_out` names {unknown}; the groups are {known}{did_you_mean(unknown[0], known) or '.'}"
            )
