"""What is shown, beyond whether it was wanted: definitions, figures, and popularity against what is clicked."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from evaluation.beyond.popularity import BANDS
from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import stacked
from report.ranked.naming import LISTS

SHOWN = {
    "coverage": "catalogue coverage",
    "gini": "Gini of exposure",
    "tail": "share of the tail",
    "popularity": "mean popularity (ARP)",
    "novelty": "novelty (MIUF), bits",
}
ALIKE = {
    "personalisation": "personalisation",
    "diversity_by_category": "diversity by category",
    "diversity_by_company": "diversity by company",
    "serendipity": "serendipity",
    "serendipity_of_hits": "serendipity of hits",
}

DEFINITIONS = (
    "Catalogue coverage: the share of the history's items that stand in a list at all (Ge, Delgado-Battenfeld, Jannach "
    "2010).",
    "Gini of exposure: how unequal places are among all the history's items; 0 where each has as many, near 1 where "
    "one has all (Fleder, Hosanagar 2009; Shani, Gunawardana 2011).",
    "Share of the tail: the share of places that hold items beyond the 80 % of events that the most popular hold "
    "(APLT: Abdollahpouri, Burke, Mobasher 2019).",
    "Mean popularity: the mean events of a place's item in the history (ARP: Yin, Cui, Li, Yao, Chen 2012).",
    "Novelty: the mean over places of -log2 of the share of visitors who have touched the item, in bits (MIUF, mean "
    "inverse user frequency: Zhou, Kuscsik, Liu, Medo, Wakeling, Zhang 2010).",
    "Serendipity: the share of places with an item that was wanted and that revisit + popularity does not list; of "
    "hits: the share of the wanted items shown which it does not (Ge, Delgado-Battenfeld, Jannach 2010, after "
    "Murakami, Mori, Orihara 2008).",
    "Personalisation: the mean over pairs of lists of the share of places that they do not have in common (inter-list "
    "diversity: Zhou et al. 2010); 0 where everybody is shown the same.",
    "Intra-list diversity: the share of a list's pairs that are of two categories (Ziegler, McNee, Konstan, Lausen "
    "2005); by company, the mean of 1 - cosine between the visits that two items are touched in (Vargas, Castells "
    "2011). Of some lists, by hash.",
)
POPULARITY = (
    "Were lists as popular as what people go for, the bars of what is recommended would be like those of what was "
    "wanted after: more of the top is popularity bias, more of the tail is reach."
)


def beyond_section(beyond: Mapping[str, Any]) -> Section:
    """Beyond accuracy.

    Parameters
    ----------
    beyond
        beyond.json: `catalogue`, `lists` and `popularity`.
    """
    definitions = [Prose(text) for text in DEFINITIONS]
    items = f"Lists of 20 over {beyond['catalogue']:,} items that the history knows."
    about = f"{items} No figure here is better by being higher."
    shown = Shown(_figures(beyond["lists"], SHOWN), "What the lists show of the catalogue.")
    alike = Shown(_figures(beyond["lists"], ALIKE), "How alike and how surprising the lists are.")
    bands = Shown(_bands(beyond["popularity"]), "Popularity: mean events of an item, and each band's share.")
    blocks: list[Block] = [
        Prose(about),
        *definitions,
        shown,
        alike,
        Prose(POPULARITY),
        _drawn(beyond["popularity"]),
        bands,
    ]
    return Section("beyond", "Beyond accuracy", blocks)


def _figures(lists: Mapping[str, Any], titles: Mapping[str, str]) -> pl.DataFrame:
    rows = [
        {"list": LISTS[name]} | {title: told.get(key) for key, title in titles.items()} for name, told in lists.items()
    ]
    return pl.DataFrame(rows, schema={"list": pl.String, **dict.fromkeys(titles.values(), pl.Float64)})


def _bands(popularity: Mapping[str, Any]) -> pl.DataFrame:
    rows = [
        {"what": LISTS[name], "mean events": told["popularity"]} | {band: told["bands"][band] for band in BANDS}
        for name, told in popularity.items()
    ]
    return pl.DataFrame(rows, schema={"what": pl.String, **dict.fromkeys(("mean events", *BANDS), pl.Float64)})


def _drawn(popularity: Mapping[str, Any]) -> Drawn:
    rows = [
        {"what": LISTS[name], "popularity": band, "share": told["bands"][band]}
        for name, told in popularity.items()
        for band in BANDS
        if told["bands"][band] is not None
    ]
    schema = {"what": pl.String, "popularity": pl.String, "share": pl.Float64}
    chart = stacked(pl.DataFrame(rows, schema=schema), "share", "what", "popularity", shares=True)
    described = "Stacked bars: what was wanted and what each list shows, a colour a band of popularity, top to new."
    return Drawn("popularity", chart, "How popular what is recommended is, and what was wanted.", described)
