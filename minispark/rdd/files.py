"""Files that travel with a program: copied into a directory of the context, where all its tasks find them by name."""

from __future__ import annotations

import filecmp
import importlib
import os
import shutil
import sys
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urldefrag

from minispark.engine.formats.filesystems import as_uri, filesystem_of, normal_path
from minispark.engine.kernels.current import current_task
from minispark.errors import IllegalArgumentException

if TYPE_CHECKING:
    from minispark.engine.runtime.session import Session
    from minispark.rdd.conf import SparkConf

_FOLDER = "files"
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".jar")
_DOWNLOADED = ("http://", "https://", "ftp://")
_TICK_NS = 1_000_000
"""Enough for the import system, which sees new modules by the directory's time, to tell two additions apart."""


class SparkFiles:
    """Where the files of ``SparkContext.addFile`` are (``pyspark.SparkFiles``), in the driver and in tasks.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "factor.txt")
    >>> with open(path, "w") as file:
    ...     _ = file.write("10")
    >>> sc.addFile(path)
    >>> def times(records):
    ...     with open(SparkFiles.get("factor.txt")) as file:
    ...         factor = int(file.read())
    ...     return [record * factor for record in records]
    >>> sc.parallelize([1, 2]).mapPartitions(times).collect()
    [10, 20]
    """

    _driver_root: ClassVar[str | None] = None

    def __init__(self) -> None:
        raise NotImplementedError("SparkFiles has class methods only: SparkFiles.get(name)")

    @classmethod
    def get(cls, filename: str) -> str:
        """The absolute path of an added file, or of the folder an added archive was unpacked into."""
        return os.path.abspath(os.path.join(cls.getRootDirectory(), filename))

    @classmethod
    def getRootDirectory(cls) -> str:
        """The directory of added files. Raises RuntimeError where there is no active context."""
        task = current_task()
        if task is not None:
            return os.path.join(task.environment.settings.directories[0], _FOLDER)
        if cls._driver_root is None:
            raise RuntimeError("there is no active SparkContext, so no files have been added")
        return cls._driver_root


class AddedFiles:
    """The part of ``SparkContext`` that adds files, modules and archives."""

    PACKAGE_EXTENSIONS = (".zip", ".egg", ".jar")
    _session: Session
    _conf: SparkConf

    @property
    def listFiles(self) -> list[str]:
        """The URIs of the files and modules added."""
        return list(self._added)

    @property
    def listArchives(self) -> list[str]:
        """The URIs of the archives added."""
        return list(self._archives)

    def addFile(self, path: str, recursive: bool = False) -> None:
        """Copy a file to where ``SparkFiles.get`` finds it by its name, in the driver and in all tasks from now on.

        ``path`` is a local one, or a URI of http, https, ftp or a file system that pyarrow or fsspec knows; a local
        directory needs ``recursive``. Adding the same path again does nothing. Raises FileNotFoundError if it is not
        there, FileExistsError if another file of its name was added, IllegalArgumentException for a directory.
        """
        source = _checked(path)
        if as_uri(source) in self._added:
            return
        if "://" not in source and os.path.isdir(source) and not recursive:
            raise IllegalArgumentException(f"{path} is a directory; addFile(path, recursive=True) adds it whole")
        self._place(source, os.path.basename(source.rstrip("/")))
        self._added.append(as_uri(source))

    def addPyFile(self, path: str) -> None:
        """As ``addFile``, for a module (``.py``) or an archive of them (``.zip``, ``.egg``) that the program and its
        tasks import from now on."""
        self.addFile(path)
        name = os.path.basename(_checked(path))
        root = self._root
        wanted = os.path.join(root, name) if name.lower().endswith(self.PACKAGE_EXTENSIONS) else root
        if wanted not in sys.path:
            sys.path.insert(1, wanted)
            self._import_paths.append(wanted)
        importlib.invalidate_caches()

    def addArchive(self, path: str) -> None:
        """Unpack a .zip, .tar, .tar.gz, .tgz or .jar; ``SparkFiles.get`` of its name is the folder. ``path#name``
        gives that another name. Otherwise as ``addFile``."""
        plain, name = urldefrag(path) if isinstance(path, str) else (path, "")
        source = _checked(plain)
        if as_uri(source) in self._archives:
            return
        base = os.path.basename(source)
        if not base.lower().endswith(_ARCHIVES):
            raise IllegalArgumentException(
                f"{path} is no archive: a name that ends in {', '.join(_ARCHIVES)} is needed"
            )
        packed = f".packed-{base}"
        self._place(source, packed)
        packed = os.path.join(self._root, packed)
        target = os.path.join(self._root, name or base)
        if os.path.exists(target):
            os.unlink(packed)
            raise FileExistsError(f"{name or base} was added already, from another place")
        try:
            _unpack(packed, target)
        finally:
            os.unlink(packed)
        self._archives.append(as_uri(source))

    # --- for the context -------------------------------------------------------------------------------------------

    def _begin_files(self, modules: list[str]) -> None:
        """Make the directory, and add what the settings and the constructor's ``pyFiles`` name."""
        self._added: list[str] = []
        self._archives: list[str] = []
        self._import_paths: list[str] = []
        self._root = SparkFiles._driver_root = self._session.make_directory(_FOLDER)
        for path in _listed(self._conf.get("spark.files")):
            self.addFile(path, recursive=True)
        for path in _listed(self._conf.get("spark.archives")):
            self.addArchive(path)
        for path in [*_listed(self._conf.get("spark.submit.pyFiles")), *modules]:
            self.addPyFile(path)

    def _end_files(self) -> None:
        for path in getattr(self, "_import_paths", ()):
            if path in sys.path:
                sys.path.remove(path)
        if SparkFiles._driver_root == getattr(self, "_root", None):
            SparkFiles._driver_root = None

    def _place(self, source: str, name: str) -> None:
        """Copy under a temporary name, then give it its own: tasks see a file whole or not at all."""
        root = self._root
        target, temporary = os.path.join(root, name), os.path.join(root, f".tmp-{name}")
        try:
            _copy(source, temporary)
            if os.path.exists(target):
                if os.path.isdir(target) or not filecmp.cmp(temporary, target, shallow=False):
                    raise FileExistsError(f"another file called {name} was added; files are found by their names")
            else:
                before = os.stat(root).st_mtime_ns
                os.rename(temporary, target)
                status = os.stat(root)
                os.utime(root, ns=(status.st_atime_ns, max(status.st_mtime_ns, before + _TICK_NS)))
        finally:
            if os.path.isdir(temporary):
                shutil.rmtree(temporary)
            elif os.path.exists(temporary):
                os.unlink(temporary)


def _checked(path: object) -> str:
    if not isinstance(path, str) or not path:
        raise TypeError(f"a path (a str) is needed, not {path!r:.200}")
    source = normal_path(path)
    return source if "://" in source else os.path.abspath(source)


def _copy(source: str, target: str) -> None:
    if source.startswith(_DOWNLOADED):
        from urllib.request import urlopen  # brings in the whole of http and email

        with urlopen(source) as remote, open(target, "wb") as file:
            shutil.copyfileobj(remote, file)
    elif "://" in source:
        with filesystem_of(source).open_read(source) as remote, open(target, "wb") as file:
            shutil.copyfileobj(remote, file)
    elif os.path.isdir(source):
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)


def _unpack(packed: str, target: str) -> None:
    """Unpack beside, then rename. Raises IllegalArgumentException, naming the file, for a damaged archive."""
    unpacking = f"{target}.tmp"
    try:
        if packed.lower().endswith((".zip", ".jar")):
            import zipfile

            with zipfile.ZipFile(packed) as archive:
                archive.extractall(unpacking)
        else:
            import tarfile

            with tarfile.open(packed) as tar:
                tar.extractall(unpacking, filter="data")
    except Exception as error:
        shutil.rmtree(unpacking, ignore_errors=True)
        raise IllegalArgumentException(f"{os.path.basename(target)} cannot be unpacked: {error}") from error
    os.rename(unpacking, target)


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]
