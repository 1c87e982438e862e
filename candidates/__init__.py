"""Candidate sources and their fusion: cheap proposals of what a visitor will touch next."""

from candidates.covisit.member import CoVisit
from candidates.covisit.source import CoVisits
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
    "HourlyPopular",
    "MatrixFactorisation",
    "Popular",
    "Revisit",
    "SessionNeighbours",
    "TextNeighbours",
    "Trending",
    "Word2Vec",
]

SOURCES: tuple[
    type[
        Revisit
        | CoVisits
        | Bigram
        | Chain
        | SessionNeighbours
        | Word2Vec
        | MatrixFactorisation
        | TextNeighbours
        | CategoryNeighbours
        | Popular
        | CategoryPopular
        | ClusterPopular
        | HourlyPopular
        | Trending
    ],
    ...,
] = (
    Revisit,
    CoVisits,
    Bigram,
    Chain,
    SessionNeighbours,
    Word2Vec,
    MatrixFactorisation,
    TextNeighbours,
    CategoryNeighbours,
    Popular,
    CategoryPopular,
    ClusterPopular,
    HourlyPopular,
    Trending,
)
"""Every kind of source. Adding one: a file, this entry, a field in `pipeline.settings.config.Sources`, a test."""
