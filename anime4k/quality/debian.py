"""Files out of Debian packages, fetched when they are needed and kept in the cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import lzma
import shutil
import subprocess
import tarfile
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from anime4k.errors import FetchError
from anime4k.quality import downloads

MIRROR = "http://deb.debian.org/debian"
PICTURES = (".png", ".jpg")

_ARCHIVE_START = b"!<arch>\n"
_MEMBER_HEAD = 60
_RECORD = "package.json"


@dataclass(frozen=True)
class Package:
    """A package and the files that are wanted from it.

    With a checksum it is one exact file, which apt or the mirror may give. Without one it is whatever apt has, at the
    given version if there is one: apt checks the signature, and what came is recorded (`fetched`).

    Attributes:
        name: the package's name.
        version: its version, with epoch; empty for any.
        pool: its path below the mirror's root; empty when only apt may give it.
        sha256: checksum of the package file; empty for any.
        folder: where the wanted files lie in the package, relative to its root, with a slash at the end; several
            in a tuple.
        suffixes: ends of the wanted files' names; an empty tuple takes every file.
    """

    name: str
    version: str = ""
    pool: str = ""
    sha256: str = ""
    folder: str | tuple[str, ...] = ""
    suffixes: tuple[str, ...] = PICTURES

    @property
    def folders(self) -> tuple[str, ...]:
        """`folder` as a tuple."""
        return (self.folder,) if isinstance(self.folder, str) else self.folder

    def wants(self, name: str) -> bool:
        """Whether a file of the package, named relative to its root, is wanted."""
        return name.startswith(self.folders) and (not self.suffixes or name.endswith(self.suffixes))


@dataclass(frozen=True)
class Fetched:
    """What a package turned out to be.

    Attributes:
        root: the folder that stands for the root of the package.
        version: with epoch.
        sha256: checksum of the package file.
    """

    root: Path
    version: str
    sha256: str


def files(package: Package) -> Path:
    """The folder with the package's wanted files, fetched and unpacked on first use.

    It is the root of the package when several folders are wanted.

    Raises:
        FetchError: neither apt nor the mirror had the package, or it has another checksum.
    """
    root = fetched(package).root
    return root / package.folder if isinstance(package.folder, str) else root


def fetched(package: Package) -> Fetched:
    """The package, fetched and unpacked on first use.

    Raises:
        FetchError: neither apt nor the mirror had the package, or it has another checksum.
    """
    kind = package.sha256[:12] or package.version or "any"
    wanted = downloads.key(*package.folders, "", *package.suffixes)[:8]
    target = downloads.folder() / "debian" / f"{package.name}-{kind}-{wanted}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            archive, version = fetch(package, Path(scratch))
            unpacked = Path(scratch) / "files"
            unpacked.mkdir()
            extract(archive, package, unpacked)
            record = {"name": package.name, "version": version, "sha256": checksum(archive)}
            (unpacked / _RECORD).write_text(json.dumps(record | {"wanted": asdict(package)}, indent=1))
            try:
                unpacked.rename(target)
            except OSError:  # Another process was faster.
                if not target.exists():
                    raise
    record = json.loads((target / _RECORD).read_text())
    return Fetched(target, record["version"], record["sha256"])


def fetch(package: Package, folder: Path) -> tuple[Path, str]:
    """The package file and its version, downloaded into `folder` with apt's own mirrors or else from Debian's.

    Raises:
        FetchError: neither had the package, or it has another checksum.
    """
    if shutil.which("apt-get"):
        wanted = f"{package.name}={package.version}" if package.version else package.name
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                ["apt-get", "download", "-q", wanted], cwd=folder, capture_output=True, timeout=600, check=False
            )
        for path in folder.glob("*.deb"):
            if not package.sha256 or checksum(path) == package.sha256:
                return path, package.version or version_in(path.name)
            path.unlink()
    if not package.sha256 or not package.pool:
        raise FetchError(f"apt-get did not give the package {package.name} {package.version}".rstrip() + ".")
    path = folder / "package.deb"
    url = f"{MIRROR}/{package.pool}"
    try:
        with urllib.request.urlopen(url, timeout=60) as answer, path.open("wb") as out:
            shutil.copyfileobj(answer, out)
    except OSError as error:
        raise FetchError(f"Neither apt-get nor {url} gave {package.name} {package.version}: {error}") from error
    if checksum(path) != package.sha256:
        raise FetchError(f"{url} is not the expected file: its SHA-256 is {checksum(path)}.")
    return path, package.version or version_in(Path(package.pool).name)


def version_in(name: str) -> str:
    """The version in the name of a package file, such as "1:2.0-1" in "x_1%3a2.0-1_all.deb"."""
    return urllib.parse.unquote(name.split("_")[1])


def checksum(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def extract(archive: Path, package: Package, target: Path) -> None:
    """Write the wanted files of a package file below `target`."""
    with archive.open("rb") as packed, tarfile.open(fileobj=data_member(packed), mode="r|") as tar:
        for member in tar:
            name = member.name.removeprefix("./")
            if member.isfile() and package.wants(name):
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
