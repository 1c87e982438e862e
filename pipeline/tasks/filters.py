"""What may not be proposed in the scored fold: a rule an item, and what visitors have bought."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.barred import FREE, RULES
from data.errors import AisleError
from data.filter_files import ItemFiles
from data.folds import history_of
from data.formats import LogFormat
from data.tables import read_whole, scan, write
from data.warned import Warned, write_warnings
from pipeline.store.task import Artifact, RawFile


@dataclass(frozen=True)
class FilterTables:
    """items.parquet (item, rule), keys.parquet (key, rule), bought.parquet (user, item) and warnings.json.

    A rule is its place in `data.barred.RULES` and 1, 0 for an item that may be proposed. Keys are those that the lists
    name and the catalogue lacks: a session may bring an item that is new.

    Parameters
    ----------
    files
        The lists, by the setting's name: allow, deny, stock.
    layout
        The log's: what their column of items may be called, and how they may be written.
    bought
        Whether orders of the history count.
    asked
        The tables with the keys of all items.
    log, until
        The history, and its end.
    """

    files: Mapping[str, RawFile]
    layout: LogFormat
    bought: bool
    asked: Artifact
    log: Artifact
    until: datetime

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them.

        Raises
        ------
        AisleError
            If a list cannot be read, or `allow` leaves nothing that could be proposed.
        """
        asked = self.asked.path
        items = read_whole(asked / "items.parquet", columns=["item", "key"]).sort("item")
        whole = scan(asked / "keys" / "item.parquet").collect_schema()["key"].is_integer()
        reading = ItemFiles(("item", self.layout.columns.item or "item"), self.layout)
        lists, warnings = {}, []
        for rule, file in self.files.items():
            named, lists[rule] = _read(rule, file.path, reading, whole=whole)
            warnings += _unknown(rule, file.path, named, items["key"])
        known = items.with_columns(rule=_rule(lists))
        strange = pl.DataFrame({"key": _strange(lists, items["key"])}, schema={"key": pl.String})
        barred = {rule: int((known["rule"] == RULES.index(rule) + 1).sum()) for rule in self.files}
        if (known["rule"] != FREE).all() and known.height:
            raise AisleError(
                f"`filters` leave none of {known.height:,} items to be proposed ({barred} left out by them)."
            )
        write(known.select("item", "rule"), into / "items.parquet")
        write(strange.with_columns(rule=_rule(lists)), into / "keys.parquet")
        write(self._orders(), into / "bought.parquet")
        write_warnings(into, warnings)
        return {"items": known.height, "barred": barred}

    def _orders(self) -> pl.DataFrame:
        orders = history_of(scan(self.log.path / "events"), self.until).filter(pl.col("type") == "orders")
        named = orders.filter(pl.col("user").is_not_null()).select("user", "item")
        return (named if self.bought else named.clear()).unique().sort("user", "item").collect()


def _read(rule: str, path: Path, reading: ItemFiles, *, whole: bool) -> tuple[pl.Series, pl.Series]:
    """The keys that a list names, and those that it decides by: of stock, the items with none left."""
    if rule == "stock":
        stock = reading.stock(path)
        named, out = stock["key"], stock.filter(pl.col("left") <= 0)["key"]
    else:
        named = out = reading.items(path, f"filters.{rule}")
    return written_keys(named, whole=whole), written_keys(out, whole=whole)


def written_keys(keys: pl.Series, *, whole: bool) -> pl.Series:
    """Keys as the catalogue writes them: 0007 and 7.0 are 7 where keys are whole numbers."""
    if not whole:
        return keys
    numbers = keys.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False).cast(pl.String)
    return pl.DataFrame([keys.alias("key"), numbers.alias("number")]).select(pl.coalesce("number", "key")).to_series()


def _rule(lists: Mapping[str, pl.Series]) -> pl.Expr:
    """The rule that bars a key, the first of them."""
    key, rule = pl.col("key"), pl.lit(FREE, pl.UInt8)
    for name in reversed([name for name in RULES if name in lists]):
        named = key.is_in(lists[name].implode())
        rule = (
            pl.when(~named if name == "allow" else named).then(pl.lit(RULES.index(name) + 1, pl.UInt8)).otherwise(rule)
        )
    return rule


def _strange(lists: Mapping[str, pl.Series], known: pl.Series) -> pl.Series:
    every = pl.concat([pl.Series([], dtype=pl.String), *(keys.alias("") for keys in lists.values())]).unique().sort()
    return every.filter(~every.is_in(known.implode()))


def _unknown(rule: str, path: Path, named: pl.Series, known: pl.Series) -> list[Warned]:
    """What is said of keys that are of no item; of a list without any other that decides everything, an error."""
    unknown = named.filter(~named.is_in(known.implode()))
    if unknown.is_empty():
        return []
    like = f"{unknown[0]!r}, where the log's are like {known[0]!r}" if len(known) else repr(unknown[0])
    if rule == "allow" and len(unknown) == len(named):
        raise AisleError(
            f"{path}: none of {len(named):,} keys of `filters.allow` is an item of the log (the first is {like}), so "
            "nothing could be proposed; write the log's own keys."
        )
    share = f"{len(unknown):,} of {len(named):,} keys"
    said = f"{share} of `filters.{rule}` ({path}) are of no item of the log, such as {like}: they decide nothing"
    return [Warned(f"filter_{rule}", said, {"unknown": len(unknown), "of": len(named)})]
