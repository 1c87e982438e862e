"""gensim's word2vec on sessions: in a file of its own, loaded only when something is trained."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
from gensim.models import word2vec as gensim
from numpy.typing import NDArray

from candidates.algorithms.nearest import Floats
from candidates.algorithms.whole_sessions import whole_sessions


class Settings(Protocol):
    """What training reads of the source's configuration."""

    @property
    def dimension(self) -> int:
        """Numbers a vector."""
        ...

    @property
    def window(self) -> int:
        """Events to each side that are context."""
        ...

    @property
    def negative(self) -> int:
        """Negative samples a pair."""
        ...

    @property
    def ns_exponent(self) -> float:
        """How negative samples follow popularity."""
        ...

    @property
    def skip_gram(self) -> bool:
        """Skip-gram, or continuous bag of words."""
        ...

    @property
    def epochs(self) -> int:
        """Passes over the sessions."""
        ...

    @property
    def learning_rate(self) -> float:
        """Of the first event."""
        ...

    @property
    def workers(self) -> int:
        """Threads."""
        ...

    @property
    def seed(self) -> int:
        """Of gensim's random choices."""
        ...


@dataclass(frozen=True)
class Sentences:
    """The history's sessions as sentences, one at a time, as often as asked.

    Parameters
    ----------
    items
        Of all events, a session's together.
    starts, lengths
        Where each session stands in `items`, by session code.
    counts
        Events by item (as text, gensim's only kind of word), the most frequent first, then the smaller code.
    """

    items: NDArray[np.uint32]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    counts: dict[str, int]

    @classmethod
    def of(cls, events: pl.LazyFrame, min_count: int) -> "Sentences":
        """The events of items with at least `min_count`, in sessions with at least two of them, by session code.

        A session's events stand together. Held are 4 bytes an event and some 30 a session.
        """
        frequent = events.group_by("item").len().filter(pl.col("len") >= min_count).select("item")
        known = frequent.collect(engine="streaming")
        items, sessions, lengths = [np.empty(0, np.uint32)], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for some in whole_sessions(events.select("session", "item")):
            kept = some.join(known, on="item", how="semi", maintain_order="left")
            kept = kept.filter(pl.len().over("session") >= 2)
            runs = kept["session"].rle().struct.unnest()
            items.append(kept["item"].to_numpy())
            sessions.append(runs["value"].to_numpy().astype(np.int64))
            lengths.append(runs["len"].to_numpy().astype(np.int64))
        order = np.argsort(np.concatenate(sessions), kind="stable")
        length, every = np.concatenate(lengths), np.concatenate(items)
        starts = np.cumsum(length) - length
        return cls(every, starts[order], length[order], _counts(every))

    def __len__(self) -> int:
        """How many sessions."""
        return len(self.starts)

    def __iter__(self) -> Iterator[list[str]]:
        for start, length in zip(self.starts, self.lengths, strict=True):
            yield [str(item) for item in self.items[start : start + length].tolist()]


def _counts(items: NDArray[np.uint32]) -> dict[str, int]:
    numbers = np.bincount(items)
    there = np.flatnonzero(numbers)
    ranked = there[np.argsort(-numbers[there], kind="stable")]
    return dict(zip(map(str, ranked.tolist()), numbers[ranked].tolist(), strict=True))


def train(sentences: Sentences, settings: Settings) -> tuple[NDArray[np.uint32], Floats]:
    """Train gensim's word2vec.

    Parameters
    ----------
    sentences
        The history's sessions.
    settings
        The source's settings.

    Returns
    -------
    tuple
        Items in ascending order, u32 of length n, and their raw vectors, f32 of shape (n, dimension).
    """
    if not sentences.counts:
        return np.empty(0, dtype=np.uint32), np.empty((0, settings.dimension), dtype=np.float32)
    model = gensim.Word2Vec(
        vector_size=settings.dimension,
        window=settings.window,
        negative=settings.negative,
        ns_exponent=settings.ns_exponent,
        sg=int(settings.skip_gram),
        alpha=settings.learning_rate,
        min_count=1,
        sorted_vocab=0,  # `counts` is sorted; gensim's sort leaves the order of equal counts open
        workers=settings.workers,
        seed=settings.seed,
    )
    model.build_vocab_from_freq(sentences.counts, corpus_count=len(sentences))
    model.train(corpus_iterable=sentences, total_examples=len(sentences), epochs=settings.epochs)
    items = np.array(model.wv.index_to_key).astype(np.uint32)
    order = np.argsort(items)
    return items[order], model.wv.vectors[order]
