"""Public logs' layouts in small: the true columns, separators, encodings and nesting, with made-up content."""

import csv
import gzip
import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

START = datetime(2021, 3, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """Something that a visitor did with an item."""

    user: int
    visit: int
    ts: datetime
    item: int
    kind: str
    price: float


@dataclass(frozen=True)
class Layout:
    """What a layout's files should be read as."""

    train: str
    events: int
    users: int
    sessions: int | None
    first_key: str
    text: str | None = None
    dropped: int = 0


def lines(days=40, users=60, visits=400, seed=3):
    """Visits with a view of each item; of every third visit the first item is carted and bought.

    Visitors come one after another, and some come again.
    """
    rnd = random.Random(seed)
    made = []
    for visit in range(visits):
        when = rnd.random()
        latest = min(users - 1, int(when * users))
        user, at = rnd.choice((latest, rnd.randrange(latest + 1))), START + timedelta(days=when * days)
        at = at.replace(microsecond=0)
        home = rnd.randrange(30)
        for step in range(rnd.randrange(2, 7)):
            item, at = (home + step * rnd.randrange(3)) % 30, at + timedelta(seconds=rnd.randrange(5, 300))
            made.append(Line(user, visit, at, item, "view", 5.0 + item))
            if step == 0 and visit % 3 == 0:
                made += [
                    Line(user, visit, at + timedelta(seconds=s), item, kind, 5.0 + item)
                    for s, kind in ((1, "cart"), (2, "buy"))
                ]
    return sorted(made, key=lambda line: line.ts)


def bought(**how):
    """Receipts alone: every third line of the log is one."""
    return [line for number, line in enumerate(lines(**how)) if number % 3 == 0]


def _users(rows):
    return len({row.user for row in rows})


def _write(path, rows, *, header=None, delimiter=",", encoding="utf-8", plain=False):
    with path.open("w", newline="", encoding=encoding) as file:
        if plain:
            file.writelines(delimiter.join(map(str, row)) + "\n" for row in ([header] if header else []) + rows)
            return
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows(([header] if header else []) + rows)


def ga4_rows():
    """The BigQuery export's records: parameters by key, items repeated, an event in four about a page and no item."""
    names = {"view": "view_item", "cart": "add_to_cart", "buy": "purchase"}
    records = []
    for number, line in enumerate(lines()):
        shown = [
            {
                "item_id": f"SKU_{item:03d}",
                "item_name": f"Tee {item}",
                "item_brand": "Acme",
                "item_category": f"cat {item % 4}",
                "price": 5.0 + item,
                "quantity": 1 if line.kind != "view" else None,
            }
            for item in ([line.item, (line.item + 1) % 30] if line.kind == "buy" else [line.item])
        ]
        page = number % 4 == 3 and line.kind == "view"
        records.append(
            {
                "event_date": f"{line.ts:%Y%m%d}",
                "event_timestamp": int(line.ts.timestamp()) * 1_000_000,
                "event_name": "page_view" if page else names[line.kind],
                "event_params": [
                    _parameter("page_title", string_value="Shop"),
                    _parameter("ga_session_id", int_value=line.visit),
                    _parameter("engagement_time_msec", int_value=100),
                ],
                "user_pseudo_id": f"{1_000_000 + line.user}.{9_000 + line.user}",
                "device": {"category": "mobile" if line.user % 2 else "desktop"},
                "items": [] if page else shown,
            }
        )
    return records


def _parameter(key, **value):
    every = dict.fromkeys(("string_value", "int_value", "float_value", "double_value"))
    return {"key": key, "value": every | value}


def _ga4(records, train):
    items = sum(len(record["items"]) for record in records)
    pages = sum(not record["items"] for record in records)
    return Layout(train, items, _users(lines()), None, "SKU_000", "Tee 0", dropped=pages)


def ga4_parquet(folder):
    records, names = ga4_rows(), []
    for number, half in enumerate((records[: len(records) // 2], records[len(records) // 2 :])):
        names.append(folder / f"events_2021030{number + 1}.parquet")
        pl.DataFrame(half, infer_schema_length=None).write_parquet(names[-1])
    return _ga4(records, str(folder / "events_*.parquet"))


def ga4_json(folder):
    """As `bq extract` writes JSON: whole numbers as texts, empty fields left out."""
    records = ga4_rows()
    with gzip.open(folder / "events.json.gz", "wt") as file:
        for record in records:
            told = record | {"event_timestamp": str(record["event_timestamp"])}
            told["event_params"] = [
                {
                    "key": one["key"],
                    "value": {k: str(v) if k == "int_value" else v for k, v in one["value"].items() if v is not None},
                }
                for one in record["event_params"]
            ]
            file.write(json.dumps(told) + "\n")
    return _ga4(records, str(folder / "events.json.gz"))


def hm(folder):
    rows = bought()
    header = ["t_dat", "customer_id", "article_id", "price", "sales_channel_id"]
    _write(
        folder / "transactions_train.csv",
        [[row.ts.date(), f"{row.user:064x}", f"0{108_775_000 + row.item:09d}", row.price / 590, 2] for row in rows],
        header=header,
    )
    articles = ["article_id", "product_code", "prod_name", "product_type_no", "product_type_name", "department_name"]
    described = [
        [f"0{108_775_000 + i:09d}", 108_775, f'Strap "top" {i}, long', 253 + i % 3, "Vest top", "Jersey Basic"]
        for i in range(30)
    ]
    _write(folder / "articles.csv", described, header=articles)
    return Layout(
        str(folder / "transactions_train.csv"),
        len(rows),
        _users(rows),
        _users(rows),
        "0108775000",
        'Strap "top" 0, long',
    )


def instacart(folder):
    rnd, orders, basket = random.Random(5), [], []
    for user in range(1, 61):
        for number in range(1, rnd.randrange(5, 14)):
            order = 2_000_000 + user * 100 + number
            gap = "" if number == 1 else float(rnd.randrange(1, 30))
            orders.append([order, user, "prior", number, rnd.randrange(7), f"{rnd.randrange(24):02d}", gap])
            products = rnd.sample(range(1, 30), rnd.randrange(2, 8))
            basket += [[order, product, place, 0] for place, product in enumerate(products, 1)]
    rnd.shuffle(orders)
    header = [
        "order_id",
        "user_id",
        "eval_set",
        "order_number",
        "order_dow",
        "order_hour_of_day",
        "days_since_prior_order",
    ]
    _write(folder / "orders.csv", orders, header=header)
    header = ["order_id", "product_id", "add_to_cart_order", "reordered"]
    _write(folder / "order_products__prior.csv", basket, header=header)
    header = ["product_id", "product_name", "aisle_id", "department_id"]
    _write(folder / "products.csv", [[p, f"Bag, of {p} oats", p % 5, 1] for p in range(1, 30)], header=header)
    return Layout(str(folder / "order_products__prior.csv"), len(basket), 60, len(orders), "1", "Bag, of 1 oats")


def amazon_2018(folder):
    rows = bought(days=300)
    with gzip.open(folder / "All_Beauty.json.gz", "wt") as file:
        for number, row in enumerate(rows):
            told = {
                "overall": 5.0,
                "verified": True,
                "reviewTime": f"{row.ts:%m %d, %Y}",
                "reviewerID": f"A{row.user:012d}",
                "asin": f"B0{row.item:08d}",
                "reviewText": "fine",
                "unixReviewTime": int(row.ts.timestamp()),
            }
            told |= {"style": {("Size:", "Color:")[number % 2]: " Large"}} if number % 3 == 0 else {}
            told |= {"vote": "12"} if number % 5 == 0 else {}
            told |= {"image": ["https://example.org/1.jpg"]} if number % 7 == 0 else {}
            file.write(json.dumps(told) + "\n")
    return Layout(str(folder / "All_Beauty.json.gz"), len(rows), _users(rows), _users(rows), "B000000000")


def amazon_2023(folder):
    rows = bought(days=300)
    with (folder / "All_Beauty.jsonl").open("w") as file:
        for row in rows:
            told = {
                "rating": 4.0,
                "title": 'Such a "lovely" scent',
                "text": "ok<br />good,\tnice",
                "images": [] if row.item % 7 else [{"small_image_url": "https://example.org/1.jpg"}],
                "asin": f"B1{row.item:08d}",
                "parent_asin": f"B0{row.item:08d}",
                "user_id": f"AE{row.user:026d}",
                "timestamp": int(row.ts.timestamp() * 1000),
                "helpful_vote": 0,
                "verified_purchase": True,
            }
            file.write(json.dumps(told) + "\n")
    return Layout(str(folder / "All_Beauty.jsonl"), len(rows), _users(rows), _users(rows), "B000000000")


def _ratings(rows):
    return [[row.user + 1, row.item + 1, 4, int(row.ts.timestamp())] for row in rows]


def movielens_100k(folder):
    rows = lines(days=100)
    _write(folder / "u.data", _ratings(rows), delimiter="\t")
    return Layout(str(folder / "u.data"), len(rows), _users(rows), _users(rows), "1")


def movielens_1m(folder):
    rows = lines(days=200)
    _write(folder / "ratings.dat", _ratings(rows), delimiter="::", plain=True)
    return Layout(str(folder / "ratings.dat"), len(rows), _users(rows), _users(rows), "1")


def movielens_latest(folder):
    rows = lines(days=700)
    _write(folder / "ratings.csv", _ratings(rows), header=["userId", "movieId", "rating", "timestamp"])
    movies = [[i + 1, f"Été, {i} (1995)", "Comedy|Drama" if i % 2 else "(no genres listed)"] for i in range(30)]
    _write(folder / "movies.csv", movies, header=["movieId", "title", "genres"])
    return Layout(str(folder / "ratings.csv"), len(rows), _users(rows), _users(rows), "1", "Été, 0 (1995)")


def lastfm_1k(folder):
    rows = lines()
    plays = [
        [
            f"user_{row.user:06d}",
            f"{row.ts:%Y-%m-%dT%H:%M:%SZ}",
            "" if row.item % 4 == 0 else f"f1b1cf71-bd35-4e99-8624-{row.item:012d}",
            f'Sigur "Rós {row.item}',  # a lone quote, as the file has them
            "",
            "Live, at Home",
        ]
        for row in rows
    ]
    file = "userid-timestamp-artid-artname-traid-traname.tsv"
    _write(folder / file, plays, delimiter="\t", plain=True)
    return Layout(str(folder / file), len(rows), _users(rows), None, 'Sigur "Rós 0', "Live, at Home")


def steam(folder):
    rows = bought(days=90)
    with gzip.open(folder / "steam_reviews.json.gz", "wt") as file:
        for number, row in enumerate(rows):
            told = {
                "username": f"player {row.user}",
                "hours": 12.5,
                "product_id": str(200_000 + 10 * row.item),
                "page_order": number % 10,
                "date": f"{row.ts:%Y-%m-%d}",
                "text": 'it\'s "ok"',
                "early_access": False,
                "page": 1,
            }
            spelt = (f"u{value!r}" if isinstance(value, str) else repr(value) for value in told.values())
            file.write("{" + ", ".join(f"u'{key}': {value}" for key, value in zip(told, spelt, strict=True)) + "}\n")
    return Layout(str(folder / "steam_reviews.json.gz"), len(rows), _users(rows), _users(rows), "200000")


def criteo_attribution(folder):
    rows = [row for row in lines() if row.kind != "cart"]
    header = (
        "timestamp uid campaign conversion conversion_timestamp conversion_id attribution click click_pos click_nb "
    )
    header += "cost cpo time_since_last_click cat1 cat2 cat3 cat4 cat5 cat6 cat7 cat8 cat9"
    made, events, silent = [], 0, 0
    for number, row in enumerate(rows):
        click, sold = int(number % 3 != 0), int(row.kind == "buy")
        at = int((row.ts - START).total_seconds()) + 60
        later = [at + 3_600, number] if sold else [-1, -1]
        line = [at, row.user, 100 + row.item, sold, *later, 0, click, -1, -1, 0.01, 0.2, -1, 7, *[1] * 8]
        again = [[at - 30, *line[1:7], 0, *line[8:]]] if sold else []  # each impression before it tells of a conversion
        made += [*again, line]
        events, silent = events + click + sold, silent + (not click and not sold) + len(again)
    with gzip.open(folder / "criteo_attribution_dataset.tsv.gz", "wt") as file:
        file.writelines("\t".join(map(str, line)) + "\n" for line in [header.split(), *made])
    users = len({line[1] for line in made if line[3] or line[7]})
    return Layout(str(folder / "criteo_attribution_dataset.tsv.gz"), events, users, users, "100", dropped=silent)


def dunnhumby(folder):
    rows = bought()
    header = "household_key BASKET_ID DAY PRODUCT_ID QUANTITY SALES_VALUE STORE_ID RETAIL_DISC TRANS_TIME WEEK_NO "
    header += "COUPON_DISC COUPON_MATCH_DISC"
    made = []
    for row in rows:
        day = 1 + (row.ts - START).days
        made.append([row.user, 26_984_851_472 + row.visit, day, 825_123 + row.item, 1, row.price, 364, -0.6])
        made[-1] += [f"{row.ts:%H%M}".lstrip("0") or "0", 1 + day // 7, 0, 0]
    _write(folder / "transaction_data.csv", made, header=header.split())
    header = "PRODUCT_ID MANUFACTURER DEPARTMENT BRAND COMMODITY_DESC SUB_COMMODITY_DESC CURR_SIZE_OF_PRODUCT"
    products = [[825_123 + i, 2, "GROCERY", "National", "FRZN ICE", f"ICE {i}", "22 LB"] for i in range(30)]
    _write(folder / "product.csv", products, header=header.split())
    visits = len({row.visit for row in rows})
    return Layout(str(folder / "transaction_data.csv"), len(rows), _users(rows), visits, "825123", "ICE 0")


LAYOUTS = {
    "ga4": ga4_parquet,
    "ga4 as JSON": ga4_json,
    "hm": hm,
    "instacart": instacart,
    "amazon_2018": amazon_2018,
    "amazon_2023": amazon_2023,
    "movielens_100k": movielens_100k,
    "movielens_1m": movielens_1m,
    "movielens_latest": movielens_latest,
    "lastfm_1k": lastfm_1k,
    "steam": steam,
    "criteo_attribution": criteo_attribution,
    "dunnhumby": dunnhumby,
}
