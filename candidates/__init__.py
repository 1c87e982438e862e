"""Candidate sources and their fusion: cheap proposals of what a visitor will touch next."""

from candidates.bigram import Bigram
from candidates.category_neighbours import CategoryNeighbours
from candidates.category_popular import CategoryPopular
from candidates.chain import Chain
from candidates.cluster_popular import ClusterPopular
from candidates.covisit import CoVisit, CoVisits
from candidates.hourly_popular import HourlyPopular
from candidates.matrix_factorisation import MatrixFactorisation
from candidates.popular import Popular
from candidates.revisit import Revisit
from candidates.session_neighbours import SessionNeighbours
from candidates.text_neighbours import TextNeighbours
from candidates.trending import Trending
from candidates.word2vec import Word2Vec

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
"""Every kind of source. Adding one: a file, this entry, a field in `pipeline.config.Sources`, a test."""
