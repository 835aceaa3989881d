"""Values and functions in canonical form: where the digests are equal, a task would do the same with them.

What counts is what would reach a worker: a function's instructions and constants, what it closes over, the globals it
uses; not where in which file it stands. Types count: 1, 1.0 and True differ, and so do 0.0 and -0.0. The order of a
dict counts, that of a set does not. What has no canonical form raises UncanonicalError with the way to it.
"""

from __future__ import annotations

import copyreg
import marshal
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from itertools import dropwhile
from types import CodeType, NoneType
from typing import Any

from minispark.engine.core.errors import MinisparkError, UncanonicalError
from minispark.engine.serde.codec import decode, is_canonical
from minispark.engine.serde.culprit import safe_text, type_name
from minispark.engine.serde.modules import Modules
from minispark.engine.serde.survey import Survey

DIGEST_BYTES = 20
DEPTH_MAX = 100
PARTS_MAX = 2_000_000
"""Objects looked at one by one; plain data in bulk is not counted."""
_BULK = 64
_BULK_BYTES_MAX = 256 << 20
_PROTOCOL = 4  # of pickle 5 the large parts leave the form

_PATH_PARTS = 12

Put = Callable[["Canonical", Any], None]


class Roles:
    """Objects that stand for what differs from run to run (accumulators), numbered as they are met."""

    def __init__(self) -> None:
        self.keys: list[int] = []

    def number(self, key: int) -> int:
        if key not in self.keys:
            self.keys.append(key)
        return self.keys.index(key)


class Canonical:
    """Takes objects and gives one digest. An object of a class with ``_canonical_(canonical)`` says itself what counts
    of it; others go by what pickling would ship. An object met again is told by its number, so that cycles end."""

    def __init__(self, modules: Modules, roles: Roles | None = None) -> None:
        self.modules = modules
        self.roles = roles or Roles()
        self._hash = blake2b(digest_size=DIGEST_BYTES)
        self._seen: dict[int, int] = {}
        self._alive: list[Any] = []
        self._path: list[str] = []
        self._parts = 0
        self.told: set[str] = set()

    def digest(self) -> bytes:
        return self._hash.digest()

    # --- for those who say what counts -------------------------------------------------------------------------------

    def token(self, tag: str, *texts: str | bytes | int) -> None:
        """Names and numbers, told apart from any other."""
        self._write(
            tag.encode(), *(t if isinstance(t, bytes) else str(t).encode("utf-8", "surrogatepass") for t in texts)
        )

    def part(self, name: str, item: Any) -> None:
        """Part of an object; ``name`` is for the way to what has no canonical form."""
        self._path.append(name)
        self.put(item)
        self._path.pop()

    def payload(self, payload: bytes) -> None:
        """Encoded records."""
        if is_canonical(payload):
            self._write(b"payload", payload)
        else:
            self.put(decode(payload))

    def refuse(self, why: str) -> UncanonicalError:
        """The error that says where we are."""
        path = list(dropwhile(_is_index, self._path))  # the parts of a stage come in tuples of the engine's own
        path = path if len(path) <= _PATH_PARTS else [*path[:4], "...", *path[-4:]]
        return UncanonicalError("".join(path).lstrip(". ") or "it", why)

    # --- the walk ----------------------------------------------------------------------------------------------------

    def put(self, item: Any) -> None:
        """Take an object into the digest. Raises UncanonicalError."""
        kind = type(item)
        atom = _ATOMS.get(kind)
        if atom is not None:
            self._write(*atom(item))
            return
        self._parts += 1
        if len(self._path) > DEPTH_MAX or self._parts > PARTS_MAX:
            raise self.refuse(f"more than {DEPTH_MAX} levels or {PARTS_MAX} objects")
        if kind is not tuple and kind is not frozenset and not self._first(item):
            return
        put = _CONTAINERS.get(kind) or _OTHERS.get(kind)
        if put is not None:
            put(self, item)
        else:
            self._other(item)

    def fresh(self) -> Canonical:
        """For a part whose place among its neighbours must not count."""
        other = Canonical(self.modules, self.roles)
        other._path = list(self._path)
        other._parts = self._parts
        return other

    def bulk(self, item: Any) -> bool:
        """Take plain data all at once; False if it is none."""
        survey = Survey()
        if not survey.add([item]) or survey.has_sets or survey.bytes > _BULK_BYTES_MAX:
            return False
        self._write(b"bulk", marshal.dumps(item, 2))
        return True

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        self._path.append(name)
        yield
        self._path.pop()

    def _first(self, item: Any) -> bool:
        number = self._seen.get(id(item))
        if number is not None:
            self._write(b"again", b"%d" % number)
            return False
        self._seen[id(item)] = len(self._seen)
        self._alive.append(item)
        return True

    def take(self, item: Any) -> None:
        """As ``put``, for whoever begins the walk: whatever goes wrong on the way, in objects that we do not know, is a
        refusal, for a program must not fail by being looked at."""
        try:
            self.put(item)
        except RecursionError:
            raise self.refuse("it nests too deep") from None
        except (MemoryError, MinisparkError):
            raise
        except Exception as error:
            raise self.refuse(f"looking at it raised {type(error).__name__}: {safe_text(error)}") from None

    def _other(self, item: Any) -> None:
        own = getattr(type(item), "_canonical_", None)
        if own is not None:
            own(item, self)
            return
        for kind in type(item).__mro__:
            if kind in _BY_BASE:
                _BY_BASE[kind](self, item)
                return
        self._reduced(item)

    def _reduced(self, item: Any) -> None:
        """What pickling would ship: a function, its arguments, the state, the items."""
        reduce = copyreg.dispatch_table.get(type(item))
        try:
            shipped = reduce(item) if reduce is not None else item.__reduce_ex__(_PROTOCOL)
        except MinisparkError:
            raise
        except Exception:
            raise self.refuse(type_name(type(item))) from None
        if isinstance(shipped, str):
            self.token("named", getattr(item, "__module__", None) or "", shipped)
            return
        self._write(b"reduced", b"%d" % len(shipped))
        function, arguments, *rest = shipped
        self.put(function)
        self.put(arguments)
        if rest:
            self._state(rest[0])
        for items in rest[1:3]:
            self.put(None if items is None else list(items))
        if len(rest) > 3:
            self.put(rest[3])

    def _state(self, state: Any) -> None:
        if type(state) is not dict:
            self.put(state)
            return
        self._write(b"state", b"%d" % len(state))
        for name, item in state.items():
            self.part(f".{name}", name)
            self.part(f".{name}", item)

    def _write(self, *parts: bytes) -> None:
        update = self._hash.update
        update(b"%d(" % len(parts))
        for part in parts:
            update(b"%d:" % len(part))
            update(part)

    # --- containers --------------------------------------------------------------------------------------------------

    def sequence(self, tag: bytes, items: Iterable[Any]) -> None:
        listed = list(items)
        self._write(tag, b"%d" % len(listed))
        for index, item in enumerate(listed):
            self.part(f"[{index}]", item)

    def _list(self, item: list[Any]) -> None:
        if len(item) < _BULK or not self.bulk(item):
            self.sequence(b"list", item)

    def _tuple(self, item: tuple[Any, ...]) -> None:
        if len(item) < _BULK or not self.bulk(item):
            self.sequence(b"tuple", item)

    def _dict(self, item: dict[Any, Any]) -> None:
        if len(item) >= _BULK and self.bulk(item):
            return
        self._write(b"dict", b"%d" % len(item))
        for key, value in item.items():
            name = f"[{key!r:.40}]" if type(key) in _ATOMS else "[...]"
            self.part(name, key)
            self.part(name, value)

    def _set(self, item: set[Any] | frozenset[Any]) -> None:
        digests = []
        with self.at("{...}"):
            for member in item:
                own = self.fresh()
                own.put(member)
                digests.append(own.digest())
        self._write(b"set" if type(item) is set else b"frozenset", *sorted(digests))


def _is_index(part: str) -> bool:
    return part.startswith("[")


def _int(item: int) -> tuple[bytes, ...]:
    return b"int", item.to_bytes(item.bit_length() // 8 + 1, "big", signed=True)


_ATOMS: dict[type, Callable[[Any], tuple[bytes, ...]]] = {
    NoneType: lambda item: (b"None",),
    bool: lambda item: (b"True",) if item else (b"False",),
    int: _int,
    float: lambda item: (b"float", struct.pack(">d", item)),
    complex: lambda item: (b"complex", struct.pack(">dd", item.real, item.imag)),
    str: lambda item: (b"str", item.encode("utf-8", "surrogatepass")),
    bytes: lambda item: (b"bytes", item),
    type(...): lambda item: (b"Ellipsis",),
    type(NotImplemented): lambda item: (b"NotImplemented",),
}
_CONTAINERS: dict[type, Put] = {
    list: Canonical._list,
    tuple: Canonical._tuple,
    dict: Canonical._dict,
    set: Canonical._set,
    frozenset: Canonical._set,
}
_OTHERS: dict[type, Put] = {}
_BY_BASE: dict[type, Put] = {}


def register(kind: type, put: Put, subclasses: bool = False) -> None:
    """How objects of exactly this type (or of its subclasses as well) are taken."""
    (_BY_BASE if subclasses else _OTHERS)[kind] = put


def code_digest(code: CodeType, found: set[bytes] | None = None) -> bytes:
    """Of instructions and constants, without files and lines. Digests of the code objects within are added too.

    >>> here, there = compile("f = lambda x: x + 1", "a", "exec"), compile("# one\\nf = lambda x: x + 1", "b", "exec")
    >>> code_digest(here) == code_digest(there)
    True
    """
    canonical = Canonical(Modules(code_digest))
    canonical.token(
        "code", code.co_name, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags,
        code.co_code, code.co_exceptiontable,
    )  # fmt: skip
    for names in (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars):
        canonical.token("names", *names)
    for const in code.co_consts:
        if isinstance(const, CodeType):
            canonical.token("inner", code_digest(const, found))
        else:
            canonical.put(const)
    digest = canonical.digest()
    if found is not None:
        found.add(digest)
    return digest
