"""What `report` builds: measures of a ranking run, sections made of them, and the page of all that a folder holds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from data.errors import AisleError
from data.manifest import MANIFEST
from pipeline.plans.finished import answered_in
from pipeline.plans.measured import MEASURED, Measured
from pipeline.plans.place import Place
from pipeline.plans.run import Run
from pipeline.plans.table_sections import CLASSIFIED, VALUED, table_sections, table_settings
from pipeline.plans.value_sections import lifetime_sections, value_sections
from pipeline.settings.changed import changed_settings
from pipeline.store.lineage import lineage
from pipeline.store.standing import NotStandingError, StandingEngine
from pipeline.store.task import Artifact
from pipeline.tasks.explanations import Explanations
from pipeline.tasks.money_shown import LifetimesShown, SessionsShown
from pipeline.tasks.page_files import PageFiles
from pipeline.tasks.table_shown import ClassesShown, MoneyShown
from report.page.blocks import Page, Section
from report.ranked.against import against_section
from report.ranked.beyond import beyond_section
from report.ranked.calibration import calibration_section
from report.ranked.costs import costs_section
from report.ranked.finding import finding_section
from report.ranked.headlines import headline_section, unmeasured_section
from report.ranked.importance import importance_section
from report.ranked.lists import lists_section
from report.ranked.rules import rules_section
from report.ranked.settings import settings_section
from report.ranked.stories import stories_section
from report.ranked.where import where_section

Maker = Callable[[Path], Sequence[Section]]
"""Makes sections of what it finds in a working directory; none where it finds nothing of its own."""

OTHERS = (value_sections, lifetime_sections, table_sections)
"""Makers of sections of what a folder may hold besides a ranking, in the order of the page."""

NAME, ANSWERS = "report", "test/answers"
RESULTS = (ANSWERS, "test/metrics", "test/actions-metrics", "value/results", "ltv/results", CLASSIFIED, VALUED)
"""What a page tells the costs of, with all that it was made from."""

KINDS = (*MEASURED, SessionsShown, LifetimesShown, ClassesShown, MoneyShown, Explanations, PageFiles)
"""What a page may build; all else it shows as it stands."""


class Reporting:
    """Builds a folder's page of what stands in it.

    Parameters
    ----------
    run
        The plans of the configuration that the folder was made with.
    others
        Makers of sections of what else it may hold; null for `OTHERS`.
    """

    def __init__(self, run: Run, others: Sequence[Maker] | None = None) -> None:
        store = replace(run.place.store, engine=StandingEngine(run.place.store.root, KINDS))
        self.config = run.config
        self.run = Run(run.config, store)
        self.place: Place = self.run.place
        drawn = self.config.report.resamples, self.config.report.seed
        usual = tuple(partial(maker, place=self.place, drawn=drawn) for maker in OTHERS)
        self.others = usual if others is None else others

    @cached_property
    def measured(self) -> Measured:
        """The measures of the ranking."""
        return Measured(self.config, self.place, self.run.ranked, self.run.proposed)

    @property
    def page(self) -> Page:
        """The page.

        Raises
        ------
        AisleError
            If the folder holds nothing to show, or a ranking that is not current.
        """
        output = self.place.output
        sections = [*self._ranking(), *(one for maker in self.others for one in maker(output))]
        if not sections:
            raise AisleError(
                f"{output}: holds nothing to report; end a run there first with `python -m pipeline.run`, or name "
                "another folder with --workdir."
            )
        about = "What a run has reached and why: figures, where they come from, and cases to look at."
        return Page(f"Aisle: {output.name}", about, [*sections, *self._account()])

    @cached_property
    def files(self) -> Artifact:
        """report.html and report.json, published, and the charts beside them under `report/`."""
        page = self.page
        made = self.place.make(NAME, PageFiles.of(NAME, page, self.measured.told if self._ranks else {}))
        for file in (f"{NAME}.html", f"{NAME}.json"):
            self.place.publish(made, file)
        return made

    @property
    def _ranks(self) -> bool:
        """Whether the folder holds a ranking."""
        return (self.place.output / ANSWERS / MANIFEST).exists()

    def _ranking(self) -> Iterator[Section]:
        """The sections of a ranking: without labels those that need none."""
        if not self._ranks:
            if self.config.against is not None:
                raise AisleError(f"`against` compares rankings, and {self.place.output} holds none.")
            return
        metrics, measured = self.run.ranked.metrics, self.measured
        yield unmeasured_section() if metrics is None else headline_section(metrics, measured.intervals)
        if self.config.against is not None:
            other = answered_in(Path(self.config.against))
            yield against_section(measured.paired(other), self.config.against)
        if metrics is not None:
            yield lists_section(measured.lists)
            yield finding_section(measured.curves, metrics)
            days: dict[str, Any] = {"day": []} if self.config.ingest.synthetic_clock else {}  # made up, and no days
            yield where_section(measured.segments | days)
        if (ruled := rules_section(self.run.ranked.ruled, measured=metrics is not None)) is not None:
            yield ruled
        yield beyond_section(measured.beyond)
        yield importance_section(measured.explanations)
        if (calibrated := self._calibration()) is not None:
            yield calibrated
        if metrics is not None and self.config.report.stories:
            yield stories_section(measured.stories)

    def _calibration(self) -> Section | None:
        """Of the probabilities, where the folder holds any that are current."""
        try:
            return calibration_section(self.run.acted.metrics)
        except NotStandingError:
            return None

    def _account(self) -> Iterator[Section]:
        """What results were made with, and what that has taken."""
        manifests = lineage(self.place.store.root, [self.place.named(name) for name in RESULTS])
        if manifests:
            versions = {name: told for one in manifests for name, told in one["versions"].items()}
            of_run = {one["name"] for one in manifests} - {CLASSIFIED, VALUED}
            changed = (changed_settings(self.config) if of_run else {}) | table_settings(self.place.output)
            warnings = list(self.run.prepared.warnings) if self._ranks else []
            yield costs_section(manifests)
            yield settings_section(changed, dict(sorted(versions.items())), warnings)
