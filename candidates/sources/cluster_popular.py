"""What is popular among items of the session's kind, where kinds are found in the vectors: no categories needed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from candidates.algorithms.group_popularity import GroupPopularity, groups_of
from candidates.proposals import Recaller, as_member
from candidates.source import Fitted, History, Openable
from data.checks import check_at_least


@dataclass(frozen=True)
class ClusterPopular(Openable):
    """The popular items of the clusters that the session's items' vectors lie in.

    Parameters
    ----------
    name
        The prefix of its columns.
    base
        The source whose `vectors` are clustered.
    clusters
        At most.
    cluster_size
        Items a cluster on average, at least: fewer vectors than `clusters` x this make fewer clusters.
    starts
        Random starts, the best of which is gone on with.
    seed
        Of the starts and the batches.
    popularity
        How items are counted and how the session chooses clusters.

    Notes
    -----
    k-means in batches: Sculley 2010, "Web-scale k-means clustering". It runs in one thread, since sums of several
    threads' floats differ from run to run.
    """

    name: str = "cluster_popular"
    base: str = "word2vec"
    clusters: int = 300
    cluster_size: int = 20
    starts: int = 3
    seed: int = 1
    popularity: GroupPopularity = field(default_factory=GroupPopularity)

    def __post_init__(self) -> None:
        check_at_least(self, 1, "clusters", "cluster_size", "starts")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"`seed` must lie from 0 to 2^32 - 1, got {self.seed}.")

    @property
    def needs(self) -> tuple[str, ...]:
        """The source whose vectors are clustered."""
        return (self.base,)

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Write `groups`: item, group, and `top`: group, item, rank, score."""
        vectors = fitted[self.base].table("vectors").sort("item").collect()
        labels = pl.Series("group", self._labels(vectors["vector"].to_numpy()), dtype=pl.UInt32)
        groups = vectors.select("item", labels)
        weights = history.events.group_by("item").agg(weight=self.popularity.weight(history.until).sum())
        groups.write_parquet(into / "groups.parquet")
        self.popularity.top(weights, groups.lazy()).collect().write_parquet(into / "top.parquet")
        return Fitted(into)

    def open(self, fitted: Fitted) -> Recaller:
        """The popular items of the session's clusters (see `Source.open`)."""
        groups = groups_of(fitted.table("groups"))
        answer = self.popularity.open(fitted.table("top"), lambda visible: groups(visible.item))
        return as_member(self.name, answer)

    def _labels(self, vectors: NDArray[np.float32]) -> NDArray[np.int32]:
        """Each row's cluster."""
        from sklearn.cluster import MiniBatchKMeans  # noqa: PLC0415 - scikit-learn takes a second to load

        number = min(self.clusters, len(vectors) // self.cluster_size)
        if number < 2:
            return np.zeros(len(vectors), dtype=np.int32)
        means = MiniBatchKMeans(number, n_init=self.starts, random_state=self.seed, batch_size=4_096)
        with threadpool_limits(1):
            labels: NDArray[np.int32] = means.fit_predict(vectors)
        return labels
