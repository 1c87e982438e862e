"""A command line's flags and files as layers of settings, the later over the earlier."""

from collections.abc import Sequence
from pathlib import Path as File
from typing import Any

from data.errors import AisleError
from data.nearest import did_you_mean
from pipeline.settings.document import MOST_BYTES, Node, read_document
from pipeline.settings.reading import Path, Reader
from pipeline.settings.shapes import Shape
from pipeline.settings.wording import shown

Layer = tuple[Path, Any]
CONFIG = "config"


def layers_of(kind: type, arguments: Sequence[str]) -> list[Layer]:
    """What a command line gives: files first, since flags win over them, each in its order.

    Raises
    ------
    AisleError
        If a flag is none, lacks its value, or gives a setting what it does not take.
    """
    flags = _pairs(kind, arguments)
    files = [((), _read_file(kind, text)) for name, text in flags if name == CONFIG]
    return [*files, *(_read_flag(kind, name, text) for name, text in flags if name != CONFIG)]


def _pairs(kind: type, arguments: Sequence[str]) -> list[tuple[str, str]]:
    """Names and values, `--name value` or `--name=value`."""
    pairs, rest = [], list(arguments)
    while rest:
        flag = rest.pop(0)
        if not flag.startswith("--") or flag == "--":
            raise AisleError(f"{shown(flag)} belongs to no flag; settings are given as --name value.")
        name, equals, text = flag[2:].partition("=")
        if not equals:
            if name != CONFIG:
                Reader(kind).place(tuple(name.split(".")))  # a typo is told before a missing value
            if not rest or rest[0].startswith("--"):
                raise AisleError(
                    f"`--{shown(name, bare=True)}` needs a value, such as --{shown(name, bare=True)} VALUE."
                )
            text = rest.pop(0)
        pairs.append((name, text))
    return pairs


def _read_flag(kind: type, name: str, text: str) -> Layer:
    reader = Reader(kind)
    path, shape = reader.place(tuple(name.split(".")))
    return path, reader.value(_node(text, shape, name), shape, path)


def _node(text: str, shape: Shape, name: str) -> Node:
    """A flag's text: YAML where the setting has parts, else what was typed, but for `null`."""
    typed = Node(text=text, plain=text in ("null", "Null", "NULL"))
    if typed.nothing or shape.sort == "leaf" or (shape.sort == "list" and not text.lstrip().startswith("[")):
        return typed
    return read_document(text, f"--{name}")


def _read_file(kind: type, given: str) -> Any:  # noqa: ANN401 - a tree
    if given.lstrip().startswith("{") or "\n" in given:  # the settings themselves
        return Reader(kind).read(read_document(given, "--config"))
    return Reader(kind, given).read(read_document(_text_of(given), given))


def _text_of(given: str) -> str:
    if "\0" in given or not given.strip():
        raise AisleError(f"`--config` must be a YAML file of settings, got {shown(given)}.")
    file = File(given)
    try:
        with file.open("rb") as stream:
            text = stream.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise AisleError(
                f"{given}: over {MOST_BYTES // 2**20} MiB is no file of settings; a log goes under --train."
            )
        return text.decode("utf-8-sig")
    except FileNotFoundError:
        raise AisleError(f"{given}: the file of settings does not exist{_beside(file)}") from None
    except IsADirectoryError:
        raise AisleError(f"{given}: a folder is no file of settings; name a YAML file in it.") from None
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise AisleError(f"{given}: line {line} is not UTF-8; save the file of settings as UTF-8.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise AisleError(f"{shown(given, 120, bare=True)}: the file of settings cannot be read ({reason}).") from None


def _beside(file: File) -> str:
    """Files of a like name in the same folder."""
    try:
        others = [other.name for other in file.parent.iterdir()]
    except OSError:
        others = []
    return did_you_mean(file.name, others) or "."
