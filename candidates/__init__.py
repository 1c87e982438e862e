"""Candidate sources and their fusion: cheap proposals of what a visitor will touch next."""

from candidates.bigram import Bigram
from candidates.chain import Chain
from candidates.covisit import CoVisit
from candidates.popular import Popular
from candidates.revisit import Revisit
from candidates.session_neighbours import SessionNeighbours
from candidates.word2vec import Word2Vec

__all__ = ["SOURCES", "Bigram", "Chain", "CoVisit", "Popular", "Revisit", "SessionNeighbours", "Word2Vec"]

SOURCES: tuple[type[Revisit | CoVisit | Bigram | Chain | SessionNeighbours | Word2Vec | Popular], ...] = (
    Revisit,
    CoVisit,
    Bigram,
    Chain,
    SessionNeighbours,
    Word2Vec,
    Popular,
)
"""Every kind of source. Adding one: a file, this entry, a field in `pipeline.config.Sources`, a test."""
