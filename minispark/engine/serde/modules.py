"""Modules that functions come from: whose they are, and what a worker that imports them gets to see.

Modules of the standard library go by Python's version, minispark's by its own, installed packages by theirs; all others
are a user's own and go by their code, that of the modules they import included. Nothing is imported here.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any

from minispark.engine.core.errors import UncanonicalError
from minispark.engine.core.values import value
from minispark.engine.serde.codefacts import CodeFacts, facts_of

MAIN, STANDARD, ENGINE, INSTALLED, LOCAL, ABSENT = "main", "standard", "engine", "installed", "local", "absent"
_ENGINE_ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..")) + os.sep
_STANDARD_ROOTS = tuple(
    os.path.realpath(path) + os.sep for name in ("stdlib", "platstdlib") if (path := sysconfig.get_path(name))
)

Stamp = tuple[int, int] | None
"""Size and time of change of a file."""


@value
class LocalModule:
    """One of the user's own. ``codes`` are the digests of every function in its source."""

    stamp: Stamp
    form: bytes
    codes: frozenset[bytes]
    facts: CodeFacts | None
    package: str


class Modules:
    """What is known of modules, for one context. ``code_digest`` gives a code object's canonical digest, and adds
    those of the code objects in it to a set."""

    def __init__(self, code_digest: Callable[[CodeType, set[bytes]], bytes]) -> None:
        self._code_digest = code_digest
        self._local: dict[str, LocalModule] = {}
        self._specs: dict[str, ModuleSpec] = {}
        self._kinds: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        self._distributions: Any = None

    def kind(self, name: str) -> str:
        """Whose module it is."""
        kind = self._kinds.get(name)
        if kind is None:
            kind = self._kind(name)
            if kind != ABSENT:  # it may come yet
                self._kinds[name] = kind
        return kind

    def parts(self, name: str) -> list[tuple[str, ...]]:
        """What a worker that imports the module gets to see, as names, versions and digests in a fixed order: of one of
        the user's, all those that it imports, and so on. Raises UncanonicalError if that cannot be told."""
        return [self._part(found) for found in sorted(self.reached(name))]

    def reached(self, name: str) -> set[str]:
        """The module, and those that it imports directly or through others as far as they are the user's own."""
        seen, stack = {name}, [name]
        while stack:
            for below in self._below(stack.pop()):
                if below not in seen:
                    seen.add(below)
                    stack.append(below)
        return seen

    def local(self, name: str) -> LocalModule:
        """One of the user's own. Raises UncanonicalError where its file has changed since it was first looked at: what
        workers have imported is then not known."""
        spec = self._spec(name)
        stamp = _stamp(self.origin(name))
        known = self._local.get(name)
        if known is None:
            known = self._local[name] = self._load(name, spec, stamp)
        elif known.stamp != stamp:
            raise UncanonicalError(f"module {name}", "its file has changed while the program ran")
        return known

    def origin(self, name: str) -> str | None:
        """The path of its file."""
        spec = self._spec(name)
        return spec.origin if spec is not None else None

    # --- one module --------------------------------------------------------------------------------------------------

    def _part(self, name: str) -> tuple[str, ...]:
        kind = self.kind(name)
        if kind == LOCAL:
            return (name, kind, self.local(name).form.hex())
        if kind == INSTALLED:
            return (name, kind, self._version(name))
        return (name, kind)

    def _below(self, name: str) -> Iterator[str]:
        """The modules that one of the user's own imports, packages on the way included."""
        if self.kind(name) != LOCAL:
            return
        module = self.local(name)
        parts = name.split(".")
        yield from (".".join(parts[:i]) for i in range(1, len(parts)))
        if module.facts is None:
            return
        if module.facts.unknowable:
            raise UncanonicalError(f"module {name}", module.facts.unknowable)
        yield from self.imported(module.facts, module.package)

    def imported(self, facts: CodeFacts, package: str) -> Iterator[str]:
        """The modules that code of ``package`` imports; a name that is none (yet) counts if it stands alone."""
        for found in facts.imports:
            for name in found.candidates(package):
                is_item = any(name.endswith("." + item) for item in found.items)
                if self.kind(name) != ABSENT or not is_item:
                    yield name

    def _load(self, name: str, spec: ModuleSpec | None, stamp: Stamp) -> LocalModule:
        loader: Any = spec.loader if spec is not None else None
        package = name if spec is not None and spec.submodule_search_locations is not None else name.rpartition(".")[0]
        code = None
        if hasattr(loader, "get_code"):
            try:
                code = loader.get_code(name)
            except Exception as error:
                raise UncanonicalError(f"module {name}", f"its code cannot be read: {error}") from None
        if code is not None:
            codes: set[bytes] = set()
            form = self._code_digest(code, codes)
            return LocalModule(stamp, form, frozenset(codes), facts_of(code), package)
        return LocalModule(stamp, _content(name, spec), frozenset(), None, package)

    def _version(self, name: str) -> str:
        """The version of an installed package, and the stamp of the module's own file."""
        if name not in self._versions:
            stamp = _stamp(self.origin(name))
            self._versions[name] = f"{self._distribution_version(name.partition('.')[0])} {stamp}"
        return self._versions[name]

    def _distribution_version(self, top: str) -> str:
        from importlib import metadata  # 30 ms

        try:
            return metadata.version(top)
        except metadata.PackageNotFoundError:
            if self._distributions is None:
                self._distributions = metadata.packages_distributions()
            names = sorted(set(self._distributions.get(top, ())))
            return ",".join(f"{name} {metadata.version(name)}" for name in names)

    # --- where it is -------------------------------------------------------------------------------------------------

    def _kind(self, name: str) -> str:
        if name == "__main__":
            return MAIN
        top = name.partition(".")[0]
        spec = self._spec(name)
        if spec is None:
            return STANDARD if top in sys.stdlib_module_names else ABSENT
        if top == "minispark" or type(spec.loader).__module__.startswith("minispark."):
            return ENGINE
        if spec.origin in ("built-in", "frozen"):
            return STANDARD
        places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
        path = os.path.realpath(places[0]) if places else ""
        if {"site-packages", "dist-packages"} & set(path.split(os.sep)):
            return INSTALLED
        if path.startswith(_ENGINE_ROOT):
            return ENGINE
        return STANDARD if path.startswith(_STANDARD_ROOTS) else LOCAL

    def _spec(self, name: str) -> ModuleSpec | None:
        spec = self._specs.get(name)
        if spec is None:
            spec = self._find(name)
            if spec is not None:
                self._specs[name] = spec
        return spec

    def _find(self, name: str) -> ModuleSpec | None:
        """Where the import system would find it, without importing what leads there."""
        loaded = sys.modules.get(name)
        spec = getattr(loaded, "__spec__", None)
        if isinstance(spec, ModuleSpec):
            return spec
        path: Any = None
        parent = name.rpartition(".")[0]
        if parent:
            above = self._spec(parent)
            if above is None or above.submodule_search_locations is None:
                return None
            path = list(above.submodule_search_locations)
        for finder in sys.meta_path:
            try:
                found = finder.find_spec(name, path, None)
            except Exception:
                continue
            if found is not None:
                return found
        return None


def importable_name(item: Any) -> tuple[str, str] | None:
    """The module and name by which workers import a function or class; None where it travels by value."""
    module, name = getattr(item, "__module__", None), getattr(item, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or module == "__main__":
        return None
    found: Any = sys.modules.get(module)
    if not isinstance(found, ModuleType) or _goes_by_value(module):
        return None
    for part in name.split("."):
        found = getattr(found, part, None)
    return (module, name) if found is item else None


def _goes_by_value(module: str) -> bool:
    cloudpickle = sys.modules.get("cloudpickle")
    if cloudpickle is None:
        return False
    registered = cloudpickle.list_registry_pickle_by_value()
    parts = module.split(".")
    return any(".".join(parts[: i + 1]) in registered for i in range(len(parts)))


def _stamp(path: str | None) -> Stamp:
    if path is None:
        return None
    try:
        status = os.stat(path)
    except OSError:  # inside an archive, say
        return None
    return status.st_size, status.st_mtime_ns


def _content(name: str, spec: ModuleSpec | None) -> bytes:
    """A digest of the file of a module that has no code object (an extension); a bare folder has none."""
    from hashlib import blake2b

    if spec is None or spec.origin is None:
        return b"folder"
    try:
        with open(spec.origin, "rb") as file:
            return blake2b(file.read(), digest_size=20).digest()
    except OSError as error:
        raise UncanonicalError(f"module {name}", f"its file cannot be read: {error.strerror}") from None
