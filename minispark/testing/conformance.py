"""A table of small programs with the answers that real PySpark gave, and how to run them on any engine.

A table is a text file of blocks, separated by blank lines; a block is a title, a program, and what came of it::

    # a list is cut by position
    sc.parallelize(range(10), 3).glom().collect()
    #> [[0, 1, 2], [3, 4, 5], [6, 7, 8, 9]]

The value of the program is its last line's, written as its repr; ``#!`` instead of ``#>`` names an exception's type.
Programs see ``sc`` and ``files`` (:class:`Files`). They must not depend on what PySpark leaves open: the order of the
keys after a shuffle, or where a string goes. This module imports nothing but the standard library, so that the recorder
can use it inside PySpark's own environment.
"""

from __future__ import annotations

import ast
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

_VALUE, _ERROR = "#> ", "#! "
_USER_EXCEPTION = re.compile(r"^(?:\w+\.)*(\w+)(?::|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Program:
    """One block of a table. ``expected`` keeps its marker (``#> `` or ``#! ``); it is empty before the first record."""

    title: str
    text: str
    expected: str
    source: str

    @property
    def depends_on_slots(self) -> bool:
        """Recorded under ``local[2]``, and another answer under another master is right too."""
        return self.text == "sc.master" or "default" in self.title

    def __str__(self) -> str:
        return f"# {self.title}\n{self.text}\n{self.expected}\n"


class Files:
    """Input and output files of one program, under a folder of its own."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)

    def text(self, content: str | bytes, name: str = "input.txt") -> str:
        """Write ``content`` exactly as given (text as UTF-8) and return the file's path."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def new(self, name: str = "output") -> str:
        """A path at which nothing exists yet."""
        return str(self._folder / name)

    def folder(self) -> str:
        return str(self._folder)

    def names(self, path: str) -> list[str]:
        """The visible names in a directory, sorted (PySpark adds hidden ``.crc`` files, which nobody reads)."""
        return sorted(name for name in os.listdir(path) if not name.startswith("."))

    def read(self, path: str) -> str:
        """A file's content, or that of all part files of a directory one after the other."""
        if os.path.isdir(path):
            return "".join(self.read(os.path.join(path, name)) for name in self.names(path) if name.startswith("part-"))
        return Path(path).read_bytes().decode()


def read_table(path: str | Path) -> list[Program]:
    """Parse one table; ValueError for a block that has no title or no program."""
    programs = []
    for number, block in enumerate(re.split(r"\n\s*\n", Path(path).read_text().strip())):
        lines = block.splitlines()
        if not lines[0].startswith("# ") or len(lines) < 2:
            raise ValueError(f"{path}: block {number + 1} is not '# title' and a program: {block!r}")
        expected = lines.pop() if lines[-1].startswith((_VALUE, _ERROR)) else ""
        programs.append(Program(lines[0][2:], "\n".join(lines[1:]), expected, Path(path).stem))
    return programs


def write_table(path: str | Path, programs: list[Program]) -> None:
    Path(path).write_text("\n".join(map(str, programs)))


def record(programs: list[Program], context: Any, folder: str | Path) -> list[Program]:
    """The same programs with what this engine answers."""
    return [
        replace(program, expected=run_program(program, context, Path(folder) / str(index)))
        for index, program in enumerate(programs)
    ]


def run_program(program: Program, context: Any, folder: str | Path) -> str:
    """What the program came to, in the table's notation. Never raises on the program's account.

    An exception that is a subclass of the expected one is written as the expected one.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    namespace = {"sc": context, "files": Files(folder), "__name__": "program"}
    try:
        return _VALUE + repr(_evaluate(program.text, f"<{program.title}>", namespace))
    except Exception as error:
        wanted = program.expected.removeprefix(_ERROR)
        return _ERROR + (wanted if wanted in _ancestors(error) else _exception_name(error))


def _ancestors(error: BaseException) -> list[str]:
    return [ancestor.__name__ for ancestor in type(error).__mro__]


def _evaluate(text: str, filename: str, namespace: dict[str, Any]) -> Any:
    tree = ast.parse(text, filename)
    last = tree.body.pop()
    if not isinstance(last, ast.Expr):
        raise SyntaxError(f"the last line of {filename} is no expression")
    exec(compile(tree, filename, "exec"), namespace)
    return eval(compile(ast.Expression(last.value), filename, "eval"), namespace)


def _exception_name(error: BaseException) -> str:
    """The type's name; for what PySpark wraps, that of the user's own exception inside the worker's traceback.

    PySpark's own subclasses of builtin exceptions (``PySparkRuntimeError``) count as the builtin ones.
    """
    java = getattr(error, "java_exception", None)
    if java is None:
        return type(error).__name__
    text = str(java)
    worker_traceback = text.partition("Traceback (most recent call last):")[2].partition("\n\tat ")[0]
    names = _USER_EXCEPTION.findall(worker_traceback)
    name = names[-1] if names else text.partition(":")[0].rpartition(".")[2]
    return name.removeprefix("PySpark")
