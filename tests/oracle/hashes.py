"""The hashes in plain Python, from their publications."""

U64 = 2**64


def fnv1a(text: str) -> int:
    """FNV-1a, 64 bits (RFC 9923)."""
    h = 0xCBF29CE484222325
    for byte in text.encode():
        h = (h ^ byte) * 0x100000001B3 % U64
    return h


def splitmix64(state: int) -> int:
    """The output of Steele, Lea and Flood's generator from a state that has been stepped already."""
    z = state % U64
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % U64
    z = (z ^ z >> 27) * 0x94D049BB133111EB % U64
    return z ^ z >> 31


def mix(value: int, salt: int = 0) -> int:
    """splitmix64 of a value, `2 * salt + 1` steps on."""
    return splitmix64(value + 0x9E3779B97F4A7C15 * (2 * salt + 1))


def uniform(value: int, salt: int) -> float:
    """The 53 upper bits of `mix` as a fraction."""
    return (mix(value, salt) >> 11) / 2**53
