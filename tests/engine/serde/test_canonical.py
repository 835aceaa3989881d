"""Canonical forms: what differs for a task has another digest, what does not has the same, the rest is refused."""

from __future__ import annotations

import collections
import datetime
import decimal
import functools
import logging
import operator
import os
import pathlib
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import minispark.engine.serde.canonical_functions  # noqa: F401  (how functions and classes are taken)
from minispark.engine.core.errors import UncanonicalError
from minispark.engine.serde.canonical import Canonical, code_digest
from minispark.engine.serde.modules import Modules


def digest(item: Any) -> bytes:
    canonical = Canonical(Modules(code_digest))
    canonical.take(item)
    return canonical.digest()


def defined(text: str, name: str = "f", file: str = "script.py") -> Any:
    """What a script calls ``name``: its functions travel by value."""
    scope: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, file, "exec", dont_inherit=True), scope)
    return scope[name]


def lambdas(*texts: str) -> list[Callable[..., Any]]:
    return [defined(f"f = {text}") for text in texts]


# --- values ----------------------------------------------------------------------------------------------------------

NUMBERS = [0, 1, -1, 255, 256, 2**70, -(2**70), True, False, 0.0, -0.0, 1.0, float("nan"), float("inf"), 1j, 1 + 0j]
OTHERS: list[Any] = [
    None, ..., NotImplemented,
    "", "1", "\ud800", b"", b"1", bytearray(b"1"), (), (1,), [], [1], [[1]], [1, 1], {}, {1: 2},
    {2: 1}, set(), {1}, frozenset(), frozenset({1}), range(3), range(0, 3, 2), slice(1), decimal.Decimal("1.0"),
    decimal.Decimal("1.00"),
    datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1),
    pathlib.PurePosixPath("a"),
    collections.Counter("a"), collections.OrderedDict(a=1), collections.defaultdict(int, a=1),
    collections.defaultdict(list, a=1), {"a": 1}, re.compile("a"), re.compile("a", re.I), int, str, type(None), len,
    max, str.split, str.strip, "a".join, "b".join, [].append, operator.add, operator.itemgetter(1),
    operator.itemgetter(2),
    functools.partial(max, 1),
    functools.partial(max, 2), functools.partial(min, 1), np.arange(3), np.arange(3.0),
    np.float64(1), np.int8(1), np.array([[0, 1, 2]]), np.add, np.subtract, logging.getLogger("a"),
    logging.getLogger("b"),
    list[int], list[str], dict.fromkeys, os.path.join, [0] * 100, [0.0] * 100, [-0.0] * 100, [False] * 100, (0,) * 100,
    [1, *[0] * 99], {i: i for i in range(100)}, {i: i for i in reversed(range(100))}, threading, re,
]  # fmt: skip


def test_all_different_things_differ() -> None:
    things = [*NUMBERS, *OTHERS]
    digests = [digest(thing) for thing in things]
    assert len(set(digests)) == len(things)
    assert [digest(thing) for thing in things] == digests


def test_the_order_of_a_dict_counts_and_that_of_a_set_does_not() -> None:
    assert digest({1: 1, 2: 2}) != digest({2: 2, 1: 1})
    words = [f"word {i}" for i in range(50)]
    assert digest(set(words)) == digest({*words[25:], *words[:25]})
    assert digest({(1, frozenset({"a", "b"}))}) == digest({(1, frozenset({"b", "a"}))})


def test_cycles_end_and_sharing_counts() -> None:
    mine: list[Any] = [1]
    mine.append(mine)
    other: list[Any] = [1]
    other.append(other)
    assert digest(mine) == digest(other) != digest([1, [1]])
    inner: list[int] = []
    assert digest([inner, inner]) != digest([[], []])


@pytest.mark.parametrize(
    "thing",
    [threading.Lock(), threading.local(), (i for i in ()), open(os.devnull), memoryview(b""), sys.modules["__main__"],
     ModuleType("made"), sys._getframe(), eval, exec, __import__],
    ids=lambda thing: type(thing).__name__,
)  # fmt: skip
def test_what_has_no_form_is_refused(thing: Any) -> None:
    with pytest.raises(UncanonicalError):
        digest([{"key": thing}])


def test_the_way_to_it_is_told() -> None:
    function = defined("import threading\nlock = threading.Lock()\ndef f(x):\n    with lock:\n        return x")
    with pytest.raises(UncanonicalError, match=re.escape("f.<globals>.lock: _thread.lock")):
        digest(function)


def test_what_nests_too_deep_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(UncanonicalError):
        digest(deep)
    while deep:  # taking it apart recursively would overflow as well
        deep = deep[0]


# --- functions -------------------------------------------------------------------------------------------------------


def test_every_difference_of_functions_counts() -> None:
    texts = [
        "lambda x: x", "lambda x: x + 1", "lambda x: x + 1.0", "lambda x: x + True", "lambda x: x - 1", "lambda y: y",
        "lambda x, y=1: x", "lambda x, y=2: x", "lambda x, *, y=1: x", "lambda x, *, y=2: x", "lambda *x: x",
        "lambda **x: x", "lambda x, /: x", "lambda x: x.a", "lambda x: x.b", "lambda x: [x for x in x]",
        "lambda x: lambda: x", "lambda x: lambda: 1", "lambda x: lambda: 2", "lambda x: -0.0", "lambda x: 0.0",
        "lambda x: x in {1, 2}", "lambda x: x in {1, 2.0}", "lambda x: (yield x)",
    ]  # fmt: skip
    digests = [digest(function) for function in lambdas(*texts)]
    assert len(set(digests)) == len(texts)
    assert [digest(function) for function in lambdas(*texts)] == digests


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A = 1\ndef f(x): return x + A", "A = 2\ndef f(x): return x + A"),
        ("def g(x): return x\ndef f(x): return g(x)", "def g(x): return -x\ndef f(x): return g(x)"),
        ("class C:\n    a = 1\ndef f(x): return C.a", "class C:\n    a = 2\ndef f(x): return C.a"),
        ("class C:\n    def m(self): return 1\nf = C().m", "class C:\n    def m(self): return 2\nf = C().m"),
        ("class B:\n    a = 1\nclass C(B): pass\nf = C()", "class B:\n    a = 2\nclass C(B): pass\nf = C()"),
        ("class C:\n    def __init__(s): s.a = 1\nf = C()", "class C:\n    def __init__(s): s.a = 1.0\nf = C()"),
        ("def m(a): return lambda x: a\nf = m(1)", "def m(a): return lambda x: a\nf = m(2)"),
        ("def f(x): return x\nf.a = 1", "def f(x): return x\nf.a = 2"),
        ("import re\ndef f(x): return re", "import json as re\ndef f(x): return re"),
        ("def f(x):\n    import re\n    return 1", "def f(x):\n    import io\n    return 1"),
        (
            "def g(n): return n and f(n - 1)\ndef f(n): return n and g(n - 1)",
            "def g(n): return n and f(n - 2)\ndef f(n): return n and g(n - 1)",
        ),
        (
            "import functools\n@functools.lru_cache\ndef f(x): return x",
            "import functools\n@functools.lru_cache\ndef f(x): return -x",
        ),
        (
            "import functools\ndef g(a, b): return a\nf = functools.partial(g, 1)",
            "import functools\ndef g(a, b): return b\nf = functools.partial(g, 1)",
        ),
        (
            "class C:\n    @property\n    def p(s): return 1\nf = C()",
            "class C:\n    @property\n    def p(s): return 2\nf = C()",
        ),
        (
            "class C:\n    @staticmethod\n    def p(): return 1\nf = C",
            "class C:\n    @staticmethod\n    def p(): return 2\nf = C",
        ),
        (
            "class C:\n    @classmethod\n    def p(s): return 1\nf = C.p",
            "class C:\n    @classmethod\n    def p(s): return 2\nf = C.p",
        ),
        ("class C:\n    __slots__ = 'a'\nf = C(); f.a = 1", "class C:\n    __slots__ = 'a'\nf = C(); f.a = 2"),
        (
            "import enum\nclass E(enum.Enum):\n    A = 1\nf = E.A",
            "import enum\nclass E(enum.Enum):\n    A = 2\nf = E.A",
        ),
        (
            "import enum\nclass E(enum.Enum):\n    A = 1\n    B = 2\nf = E.A",
            "import enum\nclass E(enum.Enum):\n    A = 1\n    B = 2\nf = E.B",
        ),
        (
            "def d(g):\n    def w(*a): return g(*a)\n    return w\n@d\ndef f(x): return x",
            "def d(g):\n    def w(*a): return g(*a)\n    return w\n@d\ndef f(x): return -x",
        ),
        ("async def f(x): return 1", "async def f(x): return 2"),
        ("A = [1]\nf = lambda x: A", "A = (1,)\nf = lambda x: A"),
        ("f = lambda x: g(x)", "g = 1\nf = lambda x: g(x)"),
    ],
)
def test_what_a_function_uses_counts(before: str, after: str) -> None:
    assert digest(defined(before)) == digest(defined(before))
    assert digest(defined(before)) != digest(defined(after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(x): return x", "\n\n# a remark\ndef f(x):\n    # another\n    return x"),
        ("A = 1\ndef f(x): return x", "A = 2\ndef f(x): return x"),
        ("def f(x): return x.A", "A = 2\ndef f(x): return x.A"),
        ("def g(x): return x\ndef f(x): return g(x)", "def f(x): return g(x)\ndef g(x): return x"),
        ("f = lambda x: x in {'a', 'b', 'c'}", "f = lambda x: x in {'c', 'b', 'a'}"),
    ],
)
def test_what_a_function_does_not_use_does_not_count(before: str, after: str) -> None:
    assert digest(defined(before)) == digest(defined(after, file="/elsewhere/renamed.py"))


STABLE = """
import abc, collections, dataclasses, enum, functools, re, sys, typing
import minispark.engine.serde.canonical_functions
from minispark.engine.serde.canonical import Canonical, code_digest
from minispark.engine.serde.modules import Modules

class Colour(enum.Enum):
    RED = 1
    BLUE = "b"
class Bits(enum.IntFlag):
    A = 1
    B = 2
@dataclasses.dataclass(order=True, frozen=True)
class Point:
    x: int
    y: list = dataclasses.field(default_factory=list)
class Pair(typing.NamedTuple):
    a: int
    b: str = "b"
class Shape(abc.ABC):
    __slots__ = ("q", "w")
    @abc.abstractmethod
    def area(self): ...
    @functools.cached_property
    def name(self): return "shape"
    def up(self): return super().area()
Made = collections.namedtuple("Made", "a b")
T = typing.TypeVar("T")
WORDS = {"to", "be", "or", "not"}
def f(x: T, more={"a", "b", "c"}):
    return Colour.RED, Bits.A | Bits.B, Point(1), Pair(1), Shape, Made, WORDS, T, x in {"u", "v", "w"}, object()
for item in (f, Colour, Colour.BLUE, Bits.A | Bits.B, Point, Point(1, [2]),
             Pair, Pair(1), Shape, Made, Made(1, 2), T, object()):
    canonical = Canonical(Modules(code_digest))
    canonical.take(item)
    print(canonical.digest().hex())
"""


def test_the_same_in_every_process_whatever_its_hash_seed() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", STABLE],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2", "77")
    }
    (output,) = outputs
    assert len(set(output.split())) == 13


def test_a_module_made_while_the_program_runs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ModuleType("made_up")
    exec("def f(x):\n    return x", vars(made))
    monkeypatch.setitem(sys.modules, "made_up", made)
    for thing in (made, made.f):
        with pytest.raises(UncanonicalError, match="made while the program ran"):
            digest(thing)


def test_an_object_says_itself_what_counts_of_it() -> None:
    class Handle:
        def __init__(self, number: int, shown: int) -> None:
            self.number, self.shown = number, shown

        def _canonical_(self, canonical: Canonical) -> None:
            canonical.token("handle", self.number)

    assert digest(Handle(1, 1)) == digest(Handle(1, 2)) != digest(Handle(2, 1))
