"""What a code object asks of the world around it: globals by name, and modules that it imports when it runs."""

from __future__ import annotations

import dis
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import CodeType

from minispark.engine.core.values import value

_ASKS_FOR_ITS_TASK = {"TaskContext", "BarrierTaskContext", "SparkFiles"}
_NAMES_MODULES = {"import_module"}
_READS_VARIABLES = {"environ", "environb", "getenv"}
_RUNS_TEXT = {"eval", "exec", "__import__"}


@value
class Import:
    """``import name`` or ``from name import items``; ``level`` counts the leading dots."""

    level: int
    name: str
    items: tuple[str, ...]

    def candidates(self, package: str) -> Iterator[str]:
        """The modules that it may load, for code of ``package``, those that lead to them included.

        >>> list(Import(1, "b", ("c",)).candidates("a"))
        ['a', 'a.b', 'a.b.c']
        """
        base = self.name
        if self.level:
            parts = package.split(".")
            above = parts[: len(parts) - self.level + 1]
            base = ".".join([*above, self.name] if self.name else above)
        parts = base.split(".") if base else []
        yield from (".".join(parts[: i + 1]) for i in range(len(parts)))
        yield from (f"{base}.{item}" for item in self.items if item != "*" and base)


@value
class CodeFacts:
    """Of a code object and those within it: the globals it reads or sets, its imports, ``unknowable``, why what it does
    cannot be told from code and data, if so, and whether it may look at ``environment`` variables."""

    names: tuple[str, ...]
    imports: tuple[Import, ...]
    unknowable: str
    environment: bool


@lru_cache(maxsize=4096)
def facts_of(code: CodeType) -> CodeFacts:
    """Look at a code object's instructions, once.

    >>> facts_of((lambda x: __import__("json").loads(x)).__code__).unknowable
    'it calls __import__, which may run anything'
    """
    names: dict[str, None] = {}
    imports: dict[Import, None] = {}
    attributes: set[str] = set()
    stack = [code]
    while stack:
        current = stack.pop()
        stack.extend(const for const in current.co_consts if isinstance(const, CodeType))
        attributes.update(current.co_names)
        constants: list[object] = []
        for instruction in dis.get_instructions(current):
            name = instruction.opname
            if "GLOBAL" in name or name == "LOAD_NAME":
                names[instruction.argval] = None
            elif name == "IMPORT_NAME":
                level, items = constants[-2:]
                assert isinstance(level, int)
                found = items if isinstance(items, tuple) else ()
                imports[Import(level, instruction.argval, found)] = None
                attributes.update(found)
            elif name in ("LOAD_CONST", "LOAD_SMALL_INT"):
                constants.append(instruction.argval)
    unknowable = _unknowable(names, attributes)
    return CodeFacts(tuple(sorted(names)), tuple(imports), unknowable, bool(_READS_VARIABLES & attributes))


def _unknowable(names: Iterable[str], attributes: set[str]) -> str:
    for name in sorted(_RUNS_TEXT.intersection(names)):
        return f"it calls {name}, which may run anything"
    for name in sorted(_NAMES_MODULES & attributes):
        return f"it calls {name}, and which modules that loads is known only then"
    for name in sorted(_ASKS_FOR_ITS_TASK & attributes):
        return f"it asks {name} for what differs from run to run"
    return ""
