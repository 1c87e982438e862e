"""The words that a synthetic catalogue is written in."""

USES = (
    "running", "kitchen", "garden", "travel", "office", "winter", "kids", "camping", "yoga", "bathroom",
    "cycling", "gaming", "beach", "hiking", "party", "school", "bedroom", "football", "baby", "studio",
    "vintage", "outdoor", "terrace", "fitness",
)  # fmt: skip
"""What a category is for; categories that are bought together share it."""

NOUNS = (
    "shoes", "socks", "lamp", "bulb", "table", "chair", "tent", "mattress", "phone", "charger",
    "coat", "scarf", "pan", "lid", "bed", "pillow", "bike", "helmet", "camera", "tripod",
    "shirt", "trousers", "sofa", "cushion", "drill", "screws", "laptop", "sleeve", "dress", "belt",
    "kettle", "mug", "mirror", "shelf", "bag", "wallet", "towel", "robe", "speaker", "cable",
    "jacket", "gloves", "desk", "organiser", "watch", "strap", "grill", "tongs",
)  # fmt: skip
"""What a category sells; each even place and the one after it are bought together."""

STYLES = (
    "classic", "sport", "slim", "premium", "basic", "eco", "retro", "pro", "compact", "deluxe",
    "casual", "modern", "rustic", "light", "urban", "nordic", "heavy", "elegant", "smart", "bold",
)  # fmt: skip

MATERIALS = (
    "cotton", "wool", "steel", "oak", "leather", "mesh", "linen", "bamboo", "ceramic", "denim",
    "velvet", "glass", "nylon", "canvas", "suede", "cork", "fleece", "copper", "rattan", "silk",
    "marble", "jersey", "walnut", "carbon",
)  # fmt: skip

COLOURS = (
    "black", "white", "blue", "red", "green", "grey", "beige", "navy", "olive", "pink", "yellow", "brown",
)  # fmt: skip

_HEADS = (
    "nor", "bel", "kal", "mon", "ter", "lun", "ost", "var", "fen", "gal", "hol", "ist", "jor", "lev", "mar",
    "nav", "orm", "pel", "quin", "ros",
)  # fmt: skip
_MIDDLES = ("", "a", "i", "o", "e", "u", "an", "el", "in", "or", "um", "is")
_TAILS = (
    "vik", "dale", "tex", "ra", "mo", "ton", "lux", "by", "ga", "stad", "fil", "den", "sa", "wood", "li",
    "berg", "co", "nes", "tam", "zen",
)  # fmt: skip

MAX_CATEGORIES = len(USES) * len(NOUNS)
MAX_BRANDS = len(_HEADS) * len(_MIDDLES) * len(_TAILS)


def category_name(category: int) -> str:
    """Return a category's name, distinct for all below `MAX_CATEGORIES`, such as "running shoes"."""
    pair = category // 2
    use = pair % len(USES)
    noun = 2 * ((pair + pair // len(USES)) % (len(NOUNS) // 2)) + category % 2
    return f"{USES[use]} {NOUNS[noun]}"


def brand_name(brand: int) -> str:
    """Return a brand's name such as "Norvik": a few of the `MAX_BRANDS` share theirs, as brands do."""
    head, tail = brand % len(_HEADS), brand // len(_HEADS) % len(_TAILS)
    middle = brand // (len(_HEADS) * len(_TAILS))
    return (_HEADS[head] + _MIDDLES[middle] + _TAILS[(tail + head) % len(_TAILS)]).capitalize()
