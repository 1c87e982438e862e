"""Candidate sources and their fusion: cheap proposals of what a visitor will touch next."""

from candidates.covisit.member import CoVisit
from candidates.covisit.source import CoVisits
from candidates.entry import Entry
from candidates.sources.bigram import Bigram
from candidates.sources.category_neighbours import CategoryNeighbours
from candidates.sources.category_popular import CategoryPopular
from candidates.sources.chain import Chain
from candidates.sources.cluster_popular import ClusterPopular
from candidates.sources.hourly_popular import HourlyPopular
from candidates.sources.matrix_factorisation import MatrixFactorisation
from candidates.sources.popular import Popular
from candidates.sources.revisit import Revisit
from candidates.sources.session_neighbours import SessionNeighbours
from candidates.sources.text_neighbours import TextNeighbours
from candidates.sources.trending import Trending
from candidates.sources.word2vec import Word2Vec

__all__ = [
    "SOURCES",
    "Bigram",
    "CategoryNeighbours",
    "CategoryPopular",
    "Chain",
    "ClusterPopular",
    "CoVisit",
    "CoVisits",
    "Entry",
    "HourlyPopular",
    "MatrixFactorisation",
    "Popular",
    "Revisit",
    "SessionNeighbours",
    "TextNeighbours",
    "Trending",
    "Word2Vec",
]

SOURCES: tuple[Entry, ...] = (
    Entry("revisit", Revisit, on=True),
    Entry("covisit", CoVisits, on=True),
    Entry("bigram", Bigram, on=False),
    Entry("chain", Chain, on=True),
    Entry("session_neighbours", SessionNeighbours, on=True),
    Entry("word2vec", Word2Vec, on=False),
    Entry("factors", MatrixFactorisation, on=False),
    Entry("text_neighbours", TextNeighbours, on=False),
    Entry("category_neighbours", CategoryNeighbours, on=False),
    Entry("popular", Popular, on=True),
    Entry("category_popular", CategoryPopular, on=True),
    Entry("cluster_popular", ClusterPopular, on=False),
    Entry("hourly_popular", HourlyPopular, on=False),
    Entry("trending", Trending, on=False),
)
"""Every kind of source. Adding one: a file, this entry, a test; its place among the settings and flags comes from here.

The co-visit members' settings are their own (`CoVisit` by name); all other sources' are those of the kind.
"""
