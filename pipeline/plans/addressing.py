"""What `targets` builds: whom one could address, who is to be, and the page that shows it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from data.errors import AisleError
from data.tables import read_json
from evaluation.profit import Terms
from pipeline.plans.place import Place
from pipeline.plans.valued import CUSTOMERS, SESSIONS, Valued
from pipeline.store.task import Artifact, Task
from pipeline.tasks.addressable import AddressableCustomers, AddressableSessions
from pipeline.tasks.addressed import CSV, HTML, JSON, Addressed, TargetsPage


@dataclass(frozen=True)
class Asked:
    """Which values are asked; null for what `Addressing` takes by itself.

    Parameters
    ----------
    of
        `sessions` or `customers`: whichever there are.
    cut
        Of sessions: the first.
    horizon
        Of customers: the longest.
    origin
        Of customers: the last; of a table its split.
    """

    of: str | None = None
    cut: str | None = None
    horizon: str | None = None
    origin: str | None = None


class Addressing:
    """Builds who is to be addressed, from the values that stand in a working directory.

    Parameters
    ----------
    place
        Where artifacts lie.
    terms
        What is paid and kept.
    asked
        Which values.
    """

    def __init__(self, place: Place, terms: Terms, asked: Asked) -> None:
        self.place = place
        self.terms = terms
        self.asked = asked

    @cached_property
    def valued(self) -> Valued:
        """The values.

        Raises
        ------
        AisleError
            If there are none, or of both kinds and none is named.
        """
        output, of = self.place.output, self.asked.of
        kinds = (SESSIONS, CUSTOMERS) if of is None else (of,)
        found = [one for kind in kinds if (one := Valued.found(output, kind)) is not None]
        if not found:
            raise AisleError(
                f"{output}: holds no values{'' if of is None else f' of {of}'}; end `python -m pipeline.value` or "
                "`python -m pipeline.ltv` there first, or name another folder with --workdir."
            )
        if len(found) > 1:
            raise AisleError(
                f"{output}: holds values of sessions and of customers; name those to address with --of sessions or "
                "--of customers."
            )
        return found[0]

    @cached_property
    def numbers(self) -> Artifact:
        """targets.json and targets.csv, published."""
        task = self._of_sessions() if self.valued.of == SESSIONS else self._of_customers()
        made = self.place.make("targets/numbers", task)
        for file in (CSV, JSON):
            self.place.publish(made, file)
        return made

    @cached_property
    def page(self) -> Artifact:
        """targets.html, published; its pictures lie beside it in the artifact."""
        made = self.place.make("targets/page", TargetsPage(self.numbers))
        self.place.publish(made, HTML)
        return made

    @property
    def told(self) -> dict[str, Any]:
        """The same as in targets.json."""
        return read_json(self.numbers.path / JSON)

    def _of_sessions(self) -> Task:
        valued = self.valued
        self._refuse("horizon", "origin")
        cut = _named(self.asked.cut, valued.parts, "--cut") or valued.parts[0]
        scored = valued.scored(cut)
        described = valued.beside(scored, f"value/{cut}/described/{{number:03d}}", "described")
        remaining = dict(scored[0].fields["targets"])["of"] == "remaining"
        task = AddressableSessions(tuple(one.artifact for one in scored), described, remaining)
        rows = self.place.make("targets/rows", task)
        judged = rows if valued.metrics["counts"][cut]["judged"] else None
        return Addressed(rows, judged, self.terms, SESSIONS, "session", {"cut": cut})

    def _of_customers(self) -> Task:
        valued = self.valued
        self._refuse("cut")
        horizons = tuple(valued.results.fields["horizons"])
        horizon = _named(self.asked.horizon, horizons, "--horizon") or horizons[-1]
        origin = _named(self.asked.origin, valued.parts, "--origin") or valued.parts[-1]
        rows = self.place.make("targets/rows", self._customers(origin, horizon))
        older = [part for part in reversed(valued.parts) if part != origin]
        known = [part for part in (origin, *older) if valued.metrics["counts"][part]["judged"][horizon]]
        about = {"horizon": horizon, "origin" if valued.dated else "split": origin}
        judged = None
        if known:
            same = known[0] == origin
            judged = rows if same else self.place.make("targets/judged", self._customers(known[0], horizon))
            about["judged"] = known[0]
        of = CUSTOMERS if valued.dated else "rows"
        return Addressed(rows, judged, self.terms, of, valued.results.fields["key"], about)

    def _customers(self, part: str, horizon: str) -> AddressableCustomers:
        valued = self.valued
        scored = valued.scored(part)
        artifacts = tuple(one.artifact for one in scored)
        if not valued.dated:
            return AddressableCustomers(artifacts, horizon, truth=valued.truth(part))
        beside = valued.beside(scored, f"ltv/{part}/asked", "rows")
        return AddressableCustomers(artifacts, horizon, beside[0] if beside else None)

    def _refuse(self, *names: str) -> None:
        """Refuse flags that say nothing of these values."""
        for name in names:
            if getattr(self.asked, name) is not None:
                raise AisleError(f"`--{name}` says nothing of values of {self.valued.of}; leave it out.")


def _named(given: str | None, there: tuple[str, ...], flag: str) -> str | None:
    if given is not None and given not in there:
        raise AisleError(f"`{flag}` is {given!r}; there are {', '.join(there)}.")
    return given
