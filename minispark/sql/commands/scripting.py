"""Scripts run: a scope of variables for each block, jumps and handled errors as Python's exceptions."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from minispark.errors import Py4JJavaError, PySparkException
from minispark.sql.parsing import scripts as x
from minispark.sql.plan.expressions import Literal


class Scopes(MutableMapping[str, Any]):
    """The variables of a script over those of its session: the innermost scope's come first.

    ``label.name`` is the variable of a block or loop, ``session.name`` one of the session.
    """

    def __init__(self, base: MutableMapping[str, Any]) -> None:
        self.base = base
        self.layers: list[tuple[str | None, dict[str, Any]]] = []

    def _home(self, key: str) -> tuple[MutableMapping[str, Any], str] | None:
        label, _, name = key.rpartition(".")
        if label == "session":
            return (self.base, name) if name in self.base else None
        for known, layer in reversed(self.layers):
            if name in layer and label in ("", known):
                return layer, name
        return (self.base, name) if not label and name in self.base else None

    def __getitem__(self, key: str) -> Any:
        home = self._home(key)
        if home is None:
            raise KeyError(key)
        return home[0][home[1]]

    def __setitem__(self, key: str, item: Any) -> None:
        home = self._home(key)
        if home is None:
            self.layers[-1][1][key] = item
        else:
            home[0][home[1]] = item

    def declare(self, key: str, item: Any) -> None:
        """A variable of the innermost scope."""
        self.layers[-1][1][key] = item

    def has_own(self, key: str) -> bool:
        """Whether the innermost scope has it."""
        return key in self.layers[-1][1]

    def __delitem__(self, key: str) -> None:
        home = self._home(key)
        if home is None:
            raise KeyError(key)
        del home[0][home[1]]

    def __iter__(self) -> Iterator[str]:
        return iter({name for _, layer in self.layers for name in layer} | set(self.base))

    def __len__(self) -> int:
        return len(list(iter(self)))


class _Jumped(Exception):
    def __init__(self, label: str, again: bool) -> None:
        super().__init__(label)
        self.label, self.again = label, again


def run_script(session: Any, script: x.Block) -> Any:
    """The rows of the last query that a script ran; no rows and no columns where it ran none."""
    before, defaults = session._variables, session._variable_defaults
    session._variables, session._variable_defaults = Scopes(before), Scopes(defaults)
    try:
        runner = _Runner(session)
        runner.block(script)
    finally:
        session._variables, session._variable_defaults = before, defaults
    if runner.result is None:
        from minispark.sql.commands.results import nothing

        return nothing(session)
    return runner.result


@contextmanager
def outside(session: Any) -> Iterator[None]:
    """While it lasts, only the session's own variables are there: EXECUTE IMMEDIATE's text sees no local ones."""
    inner, defaults = session._variables, session._variable_defaults
    if isinstance(inner, Scopes):
        session._variables, session._variable_defaults = inner.base, defaults.base
    try:
        yield
    finally:
        session._variables, session._variable_defaults = inner, defaults


class _Runner:
    def __init__(self, session: Any) -> None:
        self.session = session
        self.result: Any = None

    def block(self, block: x.Block) -> None:
        with self._scope(block.label):
            depth = len(self.session._variables.layers)
            try:
                self.body(block.body)
            except _Jumped as jump:
                if jump.label != block.label or jump.again:
                    raise
            except PySparkException as error:
                handler = _handler_of(block.handlers, error)
                if handler is None:
                    raise
                assert len(self.session._variables.layers) == depth
                self.block(handler.body)

    @contextmanager
    def _scope(self, label: str | None, variables: dict[str, Any] | None = None) -> Iterator[None]:
        for scopes, items in ((self.session._variables, variables), (self.session._variable_defaults, None)):
            scopes.layers.append((label, dict(items or {})))
        try:
            yield
        finally:
            self.session._variables.layers.pop()
            self.session._variable_defaults.layers.pop()

    def body(self, body: x.Body) -> None:
        for step in body:
            _STEPS[type(step)](self, step)

    def step(self, step: x.Step) -> None:
        from minispark.sql.commands.statements import run_statement

        found = run_statement(self.session, step.statement)
        if step.is_query:
            self.result = self._kept(found)

    def _kept(self, frame: Any) -> Any:
        """A query's rows as they are now."""
        from minispark.sql.fused.engine import schema_of

        schema = schema_of(frame._plan)
        table = self.session._runner.table(frame._plan, "sql")
        return self.session._local(lambda: table, schema, rows=table.num_rows)

    def choose(self, step: x.If) -> None:
        for condition, text, body in step.branches:
            if self._holds(condition, text):
                self.body(body)
                return
        self.body(step.otherwise)

    def _holds(self, condition: Any, text: str) -> bool:
        from minispark.sql.commands.statements import planner_of
        from minispark.sql.parsing.organizing import constant_value
        from minispark.sql.types import BooleanType

        planner = planner_of(self.session)
        resolved = planner.resolve(condition)
        if not isinstance(resolved.dtype, BooleanType):
            raise Py4JJavaError(
                f"a condition must be boolean, and {text} is {resolved.dtype.simpleString()}",
                "INVALID_BOOLEAN_STATEMENT", {"invalidStatement": text},
            )  # fmt: skip
        return constant_value(planner, resolved) is True

    def loop(self, step: x.While) -> None:
        while True:
            if step.condition is not None and not step.until and not self._holds(step.condition, step.text):
                return
            if not self._round(step.label, step.body):
                return
            if step.until and step.condition is not None and self._holds(step.condition, step.text):
                return

    def _round(self, label: str | None, body: x.Body) -> bool:
        """One round of a loop; False where it was left."""
        try:
            self.body(body)
        except _Jumped as jump:
            if jump.label != label:
                raise
            return jump.again
        return True

    def rows(self, step: x.For) -> None:
        from minispark.sql.commands.statements import plan_of
        from minispark.sql.parsing.organizing import as_physical

        plan = plan_of(self.session, step.query)
        found = self.session._runner.run(plan, "sql", lambda cursor: cursor.fetchall())
        for row in found:
            variables = {
                one.name.lower(): Literal(as_physical(item, one.dtype), one.dtype)
                for one, item in zip(plan.output, row, strict=True)
            }
            with self._scope(step.name, variables):
                if not self._round(step.label, step.body):
                    return

    def jump(self, step: x.Jump) -> None:
        raise _Jumped(step.label, step.again)


_STEPS: dict[type, Any] = {
    x.Step: _Runner.step, x.Block: _Runner.block, x.If: _Runner.choose, x.While: _Runner.loop, x.For: _Runner.rows,
    x.Jump: _Runner.jump,
}  # fmt: skip


def _handler_of(handlers: tuple[x.Handler, ...], error: PySparkException) -> x.Handler | None:
    """The handler that fits an error best: by its condition, by its SQLSTATE, or for any error."""
    condition = (error.getCondition() or "").upper()
    state = error.getSqlState()
    for names in ({condition}, {condition.partition(".")[0]}):
        for one in handlers:
            if names & set(one.conditions):
                return one
    for one in handlers:
        if state is not None and state in one.states:
            return one
    for one in handlers:
        if one.any_error and not (state or "").startswith(("00", "01", "02")):
            return one
        if one.not_found and (state or "").startswith("02"):
            return one
    return None


COMMANDS = {x.Block: run_script}
