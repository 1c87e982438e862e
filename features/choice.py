"""Which feature groups describe the candidates of a run."""

from dataclasses import dataclass

from data.nearest import did_you_mean
from features import GROUPS
from features.group import FeatureGroup


@dataclass(frozen=True)
class FeatureChoice:
    """All groups but some.

    Parameters
    ----------
    leave_out
        Names of groups that are not made. (Groups that read the hour and the weekday are left out besides where a
        log has no clock, those of the scored period where a run is not transductive, and pauses where nobody is asked
        who comes back.)

    Raises
    ------
    ValueError
        If a name is no group's.
    """

    leave_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = [group.name for group in GROUPS]
        if unknown := sorted(set(self.leave_out) - set(known)):
            raise ValueError(
                f"`features.leave_out` names {unknown}; the groups are {known}{did_you_mean(unknown[0], known) or '.'}"
            )

    def groups(self, *, clock: bool, transductive: bool, returning: bool = False) -> tuple[FeatureGroup, ...]:
        """The chosen groups, in their fixed order.

        Parameters
        ----------
        clock
            Whether the log's times are real.
        transductive
            Whether the scored sessions' visible events may be read.
        returning
            Whether those are asked who come back.
        """
        return tuple(
            group
            for group in GROUPS
            if group.name not in self.leave_out
            and (clock or not group.clock)
            and (transductive or not group.transductive)
            and (returning or not group.returning)
        )
