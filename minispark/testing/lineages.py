"""Programs as values: a source, a chain of operators with their arguments, and an action.

One :class:`Program` is built on any context with PySpark's API, so it can run on the oracle and on an engine and be
compared; its ``str`` is the program as a user would write it, ready to be pasted.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from minispark.rdd.storagelevel import StorageLevel
from minispark.testing.agreement import assert_agrees
from minispark.testing.functions import counted, first_of_each, looked_up
from minispark.testing.oracle import OracleContext


@dataclass(frozen=True, slots=True)
class Call:
    """One method call. Arguments that are a :class:`Lineage` stand for the RDD they build.

    Besides operators there are five names of ours: ``text`` (a file of this content, read by ``textFile``), ``lookup``
    (a map through a broadcast table), ``tally`` (a map that counts records in an accumulator), ``keep`` (``persist`` at
    the storage level of this name) and ``cut`` (``checkpoint`` or ``localCheckpoint``).
    """

    name: str
    args: tuple[Any, ...] = ()

    def __str__(self) -> str:
        if self.name == "text":
            return f"textFile(file of {self.args[0]!r}, {self.args[1]})"
        if self.name == "lookup":
            return f"map(looked_up(sc.broadcast({self.args[0]!r}), {len(self.args[0])}))"
        if self.name == "tally":
            return "map(counted(total))"
        if self.name == "keep":
            return f"persist(StorageLevel.{self.args[0]})"
        if self.name == "cut":
            return f"{self.args[0]}()"
        return f"{self.name}({', '.join(map(_shown, self.args))})"


@dataclass(slots=True)
class Built:
    """An RDD with what was made on the way to it."""

    rdd: Any
    totals: list[Any] = field(default_factory=list)
    cached: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lineage:
    """A source and the operators over it."""

    source: Call
    steps: tuple[Call, ...] = ()

    def uses(self, function: Any) -> bool:
        """Whether a step, here or in a side, is given ``function``."""
        args = [arg for step in self.steps for arg in step.args]
        return function in args or any(isinstance(arg, Lineage) and arg.uses(function) for arg in args)

    def counting_jobs(self) -> int:
        """How many steps, here and in sides, run a job of their own, so that accumulators below count once more."""
        sides = [arg for step in self.steps for arg in step.args if isinstance(arg, Lineage)]
        return sum(step.name == "zipWithIndex" for step in self.steps) + sum(side.counting_jobs() for side in sides)

    def then(self, *steps: Call) -> Lineage:
        return Lineage(self.source, (*self.steps, *steps))

    def __str__(self) -> str:
        return ".".join(["sc", str(self.source), *map(str, self.steps)])

    def build(self, context: Any, folder: Path | None = None) -> Built:
        """``folder`` is where input files are written; the oracle needs none."""
        source = self.source
        if source.name == "text" and folder is not None:
            source = Call("textFile", (_file(source.args[0], folder), source.args[1]))
        built = Built(getattr(context, source.name)(*source.args))
        for step in self.steps:
            extend(built, step, context, folder)
        return built


def extend(built: Built, step: Call, context: Any, folder: Path | None = None) -> None:
    """Put one more operator on top of what is built."""
    if step.name == "lookup":
        table = context.broadcast(step.args[0])
        built.rdd = built.rdd.map(looked_up(table, len(step.args[0])))
    elif step.name == "tally":
        built.totals.append(context.accumulator(0))
        built.rdd = built.rdd.map(counted(built.totals[-1]))
    elif step.name in ("cache", "keep", "cut"):
        if folder is not None:  # the oracle keeps everything
            _keep(built, step, context, folder)
    else:
        args = []
        for arg in step.args:
            if isinstance(arg, Lineage):
                side = arg.build(context, folder)
                built.totals += side.totals
                built.cached += side.cached
                arg = side.rdd
            args.append(arg)
        built.rdd = getattr(built.rdd, step.name)(*args)


def _keep(built: Built, step: Call, context: Any, folder: Path) -> None:
    rdd = built.rdd
    if step.name == "cut":
        context.setCheckpointDir(str(folder / "checkpoints"))
        getattr(rdd, step.args[0])()
    elif not rdd.is_cached:
        rdd.persist(getattr(StorageLevel, step.args[0] if step.args else "MEMORY_ONLY"))
    built.cached.append(rdd)


@dataclass(frozen=True, slots=True)
class Program:
    """A lineage and the action that asks for it. ``save`` stands for ``saveAsTextFile`` and reading its parts."""

    lineage: Lineage
    action: str
    args: tuple[Any, ...] = ()

    def __str__(self) -> str:
        action = "glom().collect" if self.action == "glom" else self.action
        return f"{self.lineage}.{action}({', '.join(map(_shown, self.args))})"

    __repr__ = __str__

    def check(self, context: Any, runs: int = 1, by_arrival: bool = False) -> None:
        """Run on ``context``, ``runs`` times over one RDD, and AssertionError unless the oracle agrees every time.

        Where the action reads everything, the accumulators must then have counted each record once in each run (or in
        the first alone, as far as later ones need not compute it). ``by_arrival``: no more is compared than what Spark
        promises, as a strict context needs.
        """
        folder = Path(tempfile.mkdtemp(prefix="program-"))
        built = None
        try:
            model = self.lineage.build(OracleContext(by_arrival))
            built = self.lineage.build(context, folder)
            for run in range(runs):
                self._run(built.rdd, model.rdd, folder / str(run))
            if self._reads_everything():
                self._check_totals(built, model, runs)
        except Exception as error:
            error.add_note(f"the program: {self}")
            raise
        finally:
            for rdd in built.cached if built else ():
                rdd.unpersist()
            shutil.rmtree(folder)

    def _reads_everything(self) -> bool:
        in_part = self.action in ("take", "first") or (self.action == "takeOrdered" and self.args == (0,))
        return not in_part and not self.lineage.uses(first_of_each)

    def _run(self, rdd: Any, model: Any, folder: Path) -> None:
        if self.action == "glom":
            actual = rdd.glom().collect()
        elif self.action == "save":
            rdd.saveAsTextFile(str(folder))
            actual = [path.read_text() for path in sorted(folder.glob("part-*"))]
            model = model.map("{}\n".format)
            actual = [part.splitlines(keepends=True) for part in actual]
        else:
            actual = getattr(rdd, self.action)(*self.args)
        assert_agrees(model, "glom" if self.action == "save" else self.action, actual, *self.args)

    def _check_totals(self, built: Built, model: Built, runs: int) -> None:
        for total, expected in zip(built.totals, model.totals, strict=True):
            assert expected.value <= total.value <= expected.value * (runs + self.lineage.counting_jobs()), (
                f"an accumulator counted {total.value} records of {expected.value}, over {runs} runs"
            )


def _file(content: bytes, folder: Path) -> str:
    path = folder / f"{blake2b(content, digest_size=8).hexdigest()}.txt"
    if not path.exists():  # another lineage may read it already, and would see it change
        path.write_bytes(content)
    return str(path)


def _shown(value: Any) -> str:
    if isinstance(value, Lineage):
        return str(value)
    name = getattr(value, "__name__", None)
    return name if callable(value) and name else repr(value)
