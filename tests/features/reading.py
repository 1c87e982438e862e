"""A group's rows as plain dictionaries."""

from features.group import KEYS


def read(group, **tables):
    """The rows sorted by key, the group's prefix taken off the columns."""
    rows = group({name: frame.lazy() for name, frame in tables.items()}).collect()
    keys = [*KEYS[group.scope], *(["ts"] if group.as_of else [])]
    return [
        {name.removeprefix(f"{group.name}__"): value for name, value in row.items()}
        for row in rows.sort(keys).to_dicts()
    ]
