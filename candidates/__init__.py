"""Candidate sources and their fusion: cheap proposals of what a visitor will touch next."""

from candidates.covisit import CoVisit
from candidates.popular import Popular
from candidates.revisit import Revisit

__all__ = ["SOURCES", "CoVisit", "Popular", "Revisit"]

SOURCES: tuple[type[Revisit] | type[CoVisit] | type[Popular], ...] = (Revisit, CoVisit, Popular)
"""Every kind of source. Adding one: a file, this entry, a field in `pipeline.config.Sources`, a test."""
