# %% [markdown]
# # First steps
#
# From a log of what visitors did to what each of them will click, cart and order next. The log here is generated; with
# your own, change the file's name and the columns.
#
# Aisle is installed from its checkout: `pip install --constraint constraints.txt --editable .`

# %%
from pathlib import Path

import polars as pl

import aisle
from data.synthetic import SyntheticShop, shop_events

# %% [markdown]
# ## A log
#
# A row an event: who, when, which item, and what was done. Any CSV, parquet or jsonl file will do, with any names.

# %%
folder = Path("first_steps")
folder.mkdir(exist_ok=True)
events = pl.concat(shop_events(SyntheticShop(sessions=600, items=150)))
names = {"session": "visit", "user": "visitor", "item": "product", "ts": "time", "type": "event"}
events.rename(names).select(*names.values(), "price", "category").write_csv(folder / "shop.csv")

log = pl.read_csv(folder / "shop.csv", try_parse_dates=True)
log.head()

# %% [markdown]
# ## Fit
#
# Say which column holds what. The names of events are mapped with `events={"view": "clicks", ...}` where they are not
# `clicks`, `carts` and `orders`. The last week of the log is held out and scored, the week before trains the rankers.
#
# `train` may be the file as well. All that is built goes to `workdir`; the same log again builds nothing.

# %%
shop = aisle.open(
    train=log,
    columns={
        "session": "visit",
        "user": "visitor",
        "item": "product",
        "ts": "time",
        "type": "event",
        "price": "price",
        "category": "category",
    },
    workdir=folder / "work",
    # any setting by its dotted name; so little data needs few trees
    settings={"folds.valid": "7d", "folds.test": "7d", "rankers.model.boosting.rounds": 20},
)
recommender = shop.fit()

# %% [markdown]
# ## What it is worth
#
# Recall@20 of the held-out week: which share of what was clicked, carted and ordered afterwards stood among the 20
# items of the list. Beside it what simpler answers reach. A log of so few sessions teaches the rankers little or
# nothing beyond the fused order of the candidates; `make demo` shows what more of them do.

# %%
pl.DataFrame(
    [{"order": order, **measured["recall@20"]} for order, measured in shop.metrics["ranking"].items()]
).with_columns(pl.selectors.float().round(3))

# %%
shop.recommendations.head(3)

# %% [markdown]
# ## Recommend
#
# Give the recommender what a running session has done so far, in the log's own columns: one session or many at once.

# %%
session = log.filter(pl.col("visit") == log["visit"][-1]).head(4)
lists = recommender.recommend(session, k=5)
lists.pivot("type", index="rank", values="item")

# %% [markdown]
# Why does an item stand there? Which sources proposed it, and what spoke for and against it.

# %%
recommender.explain(session).lists["clicks"].select("rank", "item", "sources", "for").head(3)

# %% [markdown]
# ## Another day
#
# What was learnt stays in the working directory.

# %%
again = aisle.load(folder / "work").recommend(session, k=5)
assert again.equals(lists)

# %% [markdown]
# `shop.fit_actions()` adds calibrated probabilities (`recommender.actions`), `shop.fit_value()` what a session will be
# worth (`recommender.value`). What can be set: `aisle run --help`, or `configs/own.yaml`.
