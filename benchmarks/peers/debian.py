"""Files out of Debian packages, fetched when they are needed and kept in the cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import io
import lzma
import shutil
import subprocess
import tarfile
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from . import cache

MIRROR = "http://deb.debian.org/debian"

_ARCHIVE_START = b"!<arch>\n"
_MEMBER_HEAD = 60


@dataclass(frozen=True)
class Package:
    """One version of a package and the files that are wanted from it.

    Attributes:
        name: the package's name.
        version: its version, with epoch.
        pool: its path below the mirror's root.
        sha256: checksum of the package file.
        folder: where the wanted files lie in the package, relative to its root, with a slash at the end.
        suffixes: ends of the wanted files' names.
    """

    name: str
    version: str
    pool: str
    sha256: str
    folder: str
    suffixes: tuple[str, ...] = (".png", ".jpg")


class FetchError(RuntimeError):
    """A package could not be had, or is not the one that was expected."""


def files(package: Package) -> Path:
    """The folder with the package's wanted files, fetched and unpacked on first use.

    Raises:
        FetchError: neither apt nor the mirror had the package with the right checksum.
    """
    target = cache.folder() / "debian" / f"{package.name}-{package.sha256[:12]}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            unpacked = Path(scratch) / "files"
            unpacked.mkdir()
            extract(fetch(package, Path(scratch)), package, unpacked)
            try:
                unpacked.rename(target)
            except OSError:  # Another process was faster.
                if not target.exists():
                    raise
    return target / package.folder


def fetch(package: Package, folder: Path) -> Path:
    """The package file, downloaded into `folder` with apt's own mirrors or, failing that, from Debian's."""
    if shutil.which("apt-get"):
        command = ["apt-get", "download", "-q", f"{package.name}={package.version}"]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(command, cwd=folder, capture_output=True, timeout=600, check=False)
        for path in folder.glob("*.deb"):
            if checksum(path) == package.sha256:
                return path
            path.unlink()
    path = folder / "package.deb"
    url = f"{MIRROR}/{package.pool}"
    try:
        with urllib.request.urlopen(url, timeout=60) as answer, path.open("wb") as out:
            shutil.copyfileobj(answer, out)
    except OSError as error:
        raise FetchError(f"Neither apt-get nor {url} gave {package.name} {package.version}: {error}") from error
    if checksum(path) != package.sha256:
        raise FetchError(f"{url} is not the expected file: its SHA-256 is {checksum(path)}.")
    return path


def checksum(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def extract(archive: Path, package: Package, target: Path) -> None:
    """Write the wanted files of a package file below `target`."""
    with archive.open("rb") as packed, tarfile.open(fileobj=data_member(packed), mode="r|") as tar:
        for member in tar:
            name = member.name.removeprefix("./")
            if member.isfile() and name.startswith(package.folder) and name.endswith(package.suffixes):
                data = tar.extractfile(member)
                place = (target / name).resolve()
                # Debian 12's Python cannot yet check names itself.
                if data is not None and place.is_relative_to(target.resolve()):
                    place.parent.mkdir(parents=True, exist_ok=True)
                    with place.open("wb") as file:
                        shutil.copyfileobj(data, file)


def data_member(archive: IO[bytes]) -> IO[bytes]:
    """The decompressed file tree of a package, whose file is an `ar` archive with three members.

    Raises:
        FetchError: it is no Debian package, or packed in a way that is not known.
    """
    if archive.read(len(_ARCHIVE_START)) != _ARCHIVE_START:
        raise FetchError("The file is no Debian package.")
    for name, size in members(archive):
        if name == "data.tar.xz":
            return io.BufferedReader(lzma.LZMAFile(archive))
        if name == "data.tar":
            return archive
        archive.seek(size + size % 2, io.SEEK_CUR)
    raise FetchError("The package holds no data.tar.xz.")


def members(archive: IO[bytes]) -> Iterator[tuple[str, int]]:
    """(name, size) of the members; the caller reads or skips the content between two of them."""
    while len(head := archive.read(_MEMBER_HEAD)) == _MEMBER_HEAD:
        yield head[:16].decode("ascii").rstrip(" /"), int(head[48:58])
