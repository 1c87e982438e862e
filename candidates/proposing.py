"""All sources opened together: a running session in, its candidates in order out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candidates.fusion import Fusion
from candidates.proposals import Proposals, Recaller
from candidates.source import Fitted, Source
from candidates.union import unite
from data.candidates import Candidates
from data.sound import opening
from data.visible import Visible


@dataclass(frozen=True)
class Proposer:
    """Proposes candidates, for one session or many at once; a session's do not depend on the others'.

    Parameters
    ----------
    recallers
        The opened sources.
    per_source
        Proposals a query and member at most.
    fusion
        How the members' proposals are put in order.
    """

    recallers: Sequence[Recaller]
    per_source: int
    fusion: Fusion

    def __call__(self, visible: Visible) -> Candidates:
        """CANDIDATES of these sessions, all of them."""
        proposals: dict[str, Proposals] = {}
        for recaller in self.recallers:
            proposals |= recaller(visible, self.per_source)
        return unite(proposals, self.fusion)


def open_proposer(
    sources: Sequence[Source],
    fitted: Mapping[str, Fitted],
    per_source: int,
    fusion: Fusion,
) -> Proposer:
    """Open every source from its folder (see `Proposer`)."""
    recallers = []
    for source in sources:
        with opening(fitted[source.name].folder):
            recallers.append(source.open(fitted[source.name]))
    return Proposer(recallers, per_source, fusion)
