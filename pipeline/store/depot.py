"""A place for products behind a working directory: any address that fsspec knows, such as `s3://shop/run`.

What is there never changes, since its name is a hash of it: `products/<content>/` holds files, `made/<identity>.json`
says which content a task has come to, and is written last. So a writer that is killed leaves nothing that counts, and
two that write the same thing write the same bytes.
"""

import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import AisleError
from data.manifest import MANIFEST, content_of, files_in, is_sealed
from pipeline.store.patience import asked

LOCAL = ("file", "local")


@dataclass(frozen=True)
class Depot:
    """A folder of a file system that may be another machine's.

    Parameters
    ----------
    address
        As the user names it.
    files
        The file system, as fsspec opens it.
    root
        The folder in it.
    """

    address: str
    files: Any
    root: str

    def told(self, identity: str) -> dict[str, Any] | None:
        """The manifest of what a task has come to; null where nobody has built it, or it is half-written."""
        text = self.read(f"made/{identity}.json")
        try:
            manifest = json.loads(text or b"null")
        except ValueError:
            return None
        return manifest if is_sealed(manifest) and manifest.get("id") == identity else None

    def holds(self, manifest: dict[str, Any]) -> bool:
        """Whether a product stands there, by its manifest, which is written last."""
        found = self.told(manifest["id"])
        return found is not None and found["content"] == manifest["content"]

    def keep(self, folder: Path, manifest: dict[str, Any]) -> None:
        """Put a product there: its files, and then its manifest."""
        self.keep_files(folder, manifest["content"], manifest["files"])
        self.write(f"made/{manifest['id']}.json", (folder / MANIFEST).read_bytes())

    def keep_files(self, folder: Path, content: str, names: Iterable[str]) -> None:
        """Put a product's files there, those that are not."""
        for name in names:
            to, size = f"products/{content}/{name}", (folder / name).stat().st_size
            if self._size(to) != size:
                self._ask(to, lambda to=to, name=name: self.files.put_file(str(folder / name), self._path(to)))

    def fetch(self, content: str, into: Path) -> str | None:
        """Copy a product's files into a new folder; return what is wrong with them, or null.

        Parameters
        ----------
        content
            Their hash, which they are held to.
        into
            The folder.
        """
        into.mkdir(parents=True)
        below = f"products/{content}"
        for found in self._ask(below, lambda: sorted(self.files.find(self._path(below)))):
            name = str(found).removeprefix(f"{self._path(below)}/")
            file = into / name
            file.parent.mkdir(parents=True, exist_ok=True)
            self._ask(f"{below}/{name}", lambda found=found, file=file: self.files.get_file(found, str(file)))
        return None if content_of(files_in(into)) == content else "other bytes"

    def forget(self, identity: str, content: str) -> None:
        """Remove what has come to harm: the manifest first."""
        self.remove(f"made/{identity}.json")
        below = f"products/{content}"
        for found in self._ask(below, lambda: self.files.find(self._path(below))):
            self.remove(f"{below}/{str(found).removeprefix(self._path(below) + '/')}")

    def read(self, name: str) -> bytes | None:
        """A small file; null where there is none."""
        try:
            held: bytes = self._ask(name, lambda: self.files.cat_file(self._path(name)))
        except FileNotFoundError:
            return None
        return held

    def write(self, name: str, held: bytes, *, new: bool = False) -> bool:
        """Write a small file; where it is to be new, return whether there was none."""
        try:
            self._ask(name, lambda: self.files.pipe_file(self._path(name), held, **({"mode": "create"} if new else {})))
        except FileExistsError:
            return False
        except FileNotFoundError as error:
            raise AisleError(f"{self.address}: {error}; make it first, or give another `place`.") from None
        return True

    def put(self, file: Path, name: str) -> None:
        """Copy a file there."""
        self._ask(name, lambda: self.files.put_file(str(file), self._path(name)))

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            self._ask(name, lambda: self.files.rm_file(self._path(name)))

    def _size(self, name: str) -> int | None:
        try:
            size: int = self._ask(name, lambda: self.files.info(self._path(name)))["size"]
        except FileNotFoundError:
            return None
        return size

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _ask(self, name: str, request: Any) -> Any:  # noqa: ANN401 - whatever the file system answers
        try:
            return asked(f"{self.address}/{name}", request)
        except PermissionError as error:
            raise AisleError(
                f"{self.address}/{name}: may not be read or written ({error}); see to the rights of this machine's "
                "account there, or give another `place`."
            ) from None


def open_depot(address: str) -> Depot:
    """The place that an address names.

    Raises
    ------
    AisleError
        If no file system is known for it, it names no folder, or what opens it is not installed.
    """
    try:
        import fsspec  # noqa: PLC0415 - only where a place is asked for

        protocol = fsspec.utils.get_protocol(address)
        how = {"auto_mkdir": True} if protocol in LOCAL else {}
        files, root = fsspec.core.url_to_fs(address, use_listings_cache=False, skip_instance_cache=True, **how)
    except ImportError as error:
        raise AisleError(
            f"`place` is {address}, and what opens it is not installed ({error}): "
            "pip install -c constraints.txt -e '.[cluster]'."
        ) from None
    except ValueError as error:
        raise AisleError(
            f"`place` is {address}: is no address ({error}); give one such as s3://bucket/folder."
        ) from None
    root = str(root).rstrip("/")
    if not root:
        raise AisleError(f"`place` is {address}: names no folder; give one such as s3://bucket/folder.")
    if protocol in LOCAL and Path(root).exists() and not Path(root).is_dir():
        raise AisleError(f"`place` is {address}: is a file; give a folder.")
    return Depot(address.rstrip("/"), files, root)
