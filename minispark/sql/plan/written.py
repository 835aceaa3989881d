"""Where in a SQL text the parts of a query were written, for errors to tell; and where those of a program were made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from minispark.engine.core.querycontext import QueryContext, TextContext
from minispark.errors import AnalysisException, PySparkException
from minispark.sql.plan.expressions import Call, Cast, Literal, walk
from minispark.sql.plan.nodes import Node, walk_plan
from minispark.sql.plan.sites import site_of, spread

if TYPE_CHECKING:
    from minispark.sql.types import DataType

E = TypeVar("E", bound=PySparkException)


class Written:
    """The places of what a text was parsed to, by identity: the innermost comes first, and stays."""

    def __init__(self, text: str, object_type: str = "", object_name: str = "") -> None:
        self.text = text
        self._of = object_type, object_name
        self._places: dict[int, tuple[Any, int, int]] = {}

    def mark(self, part: Any, start: int, stop: int) -> None:
        """A part stands there; nothing where it is known already."""
        self._places.setdefault(id(part), (part, start, stop))

    def note(self) -> None:
        """Note each part's place beside the part itself, for when the text is no longer at hand."""
        for part, start, stop in self._places.values():
            slot = getattr(type(part), "site", None)
            if slot is not None and getattr(part, "site", None) is None:
                slot.__set__(part, TextContext(self.text, start, stop, *self._of))

    def at(self, start: int, stop: int) -> TextContext:
        """That place in the text."""
        return TextContext(self.text, start, stop, *self._of)

    def context(self, part: Any) -> TextContext | None:
        """The place of a part, None where it is not of this text."""
        found = self._places.get(id(part))
        return None if found is None else TextContext(self.text, found[1], found[2], *self._of)


_current: ContextVar[Written | None] = ContextVar("written", default=None)


@contextmanager
def written(text: str, object_type: str = "", object_name: str = "") -> Iterator[Written]:
    """Within, errors of what is parsed of this text, a query's own or a view's, tell their places."""
    made = Written(text, object_type, object_name)
    token = _current.set(made)
    try:
        yield made
    finally:
        _current.reset(token)


def marks_of(text: str) -> Written | None:
    """Where the parts of a text are to be marked; None where nobody asks."""
    current = _current.get()
    return current if current is not None and current.text == text else None


def context_of(part: Any) -> QueryContext | None:
    """Where a part of a query was written or made, None where that is not known."""
    found = site_of(part)
    current = _current.get()
    return current.context(part) if found is None and current is not None else found


def located(error: E, part: Any) -> E:
    """The error with the place of the part that it is about, unless it has one."""
    if not error.getQueryContext():
        context = context_of(part)
        if context is not None:
            error._contexts = [context]
    return error


@contextmanager
def placed(part: Any, conditions: tuple[str, ...] = ("",)) -> Iterator[None]:
    """Within, errors without a place have that of a part; only those whose condition begins so."""
    try:
        yield
    except AnalysisException as error:
        if str(error.getCondition()).startswith(conditions):
            located(error, part)
        raise


def sited(made: Any, part: Any) -> Any:
    """What a part was resolved to, with its place, and so all in it that analysis put in."""
    if getattr(made, "site", None) is not None or not (getattr(made, "inner", ()) or hasattr(type(made), "site")):
        return made
    context = getattr(part, "site", None)
    if context is None and (current := _current.get()) is not None:
        context = current.context(part)
    if context is not None:
        spread(context, made)
    return made


def of_view(plan: Node, text: str, name: str) -> None:
    """Have what was made of a part of the current text, a new view's query, tell places in the view."""
    current = _current.get()
    start = -1 if current is None else current.text.rfind(text)
    if current is None or start < 0:
        return
    for one in (part for node in walk_plan(plan) for each in node.expressions for part in walk(each)):
        site = getattr(one, "site", None)
        if isinstance(site, TextContext) and site.text is current.text and site.start >= start:
            moved = TextContext(text, site.start - start, site.stop - start, "VIEW", name)
            type(one).site.__set__(one, moved)  # type: ignore[attr-defined]  # a slot


def locate(error: PySparkException, plan: Node) -> None:
    """Give an error that a run of the plan raised its place, where only one place can have raised it."""
    kinds = _RAISING.get(str(error.getCondition()).partition(".")[0])
    if kinds is None or error.getQueryContext():
        return
    expressions = [each for node in walk_plan(plan) for each in node.expressions]
    raising = [one for each in expressions for one in walk(each) if _is(one, kinds) and _can_raise(one, error)]
    if told_decimal(error):
        _tell_decimal(error, raising)
    places = {site_of(one) for one in raising}
    if len(places) == 1 and (place := places.pop()) is not None:
        error._contexts = [place]


_RAISING: dict[str, tuple[str, ...]] = {
    "DIVIDE_BY_ZERO": ("/", "div"),
    "REMAINDER_BY_ZERO": ("%", "mod", "pmod"),
    "ARITHMETIC_OVERFLOW": (
        "+",
        "-",
        "*",
        "/",
        "div",
        "abs",
        "unary_minus",
        "sum",
        "avg",
        "positive",
        "negative",
        "round",
        "bround",
        "ceil",
        "floor",
        "conv",
    ),
    "BINARY_ARITHMETIC_OVERFLOW": ("+", "-", "*"),
    "CAST_OVERFLOW": ("cast",),
    "INVALID_ARRAY_INDEX": ("get_array_item", "elt"),
    "INVALID_ARRAY_INDEX_IN_ELEMENT_AT": ("element_at",),
    "INVALID_INDEX_OF_ZERO": ("element_at", "array_insert"),
    "CAST_INVALID_INPUT": ("cast",),
    "INTERVAL_ARITHMETIC_OVERFLOW": (
        "+",
        "-",
        "abs",
        "make_dt_interval",
        "make_ym_interval",
        "multiply_interval",
        "negative",
        "sum",
        "unary_minus",
    ),
    "INTERVAL_DIVIDED_BY_ZERO": ("divide_interval", "divide_intervals"),
    "NUMERIC_VALUE_OUT_OF_RANGE": ("cast",),
}
"""By error condition what raises it."""


def _is(one: Any, kinds: tuple[str, ...]) -> bool:
    if isinstance(one, Cast):
        return "cast" in kinds and one.mode == "ansi"
    return isinstance(one, Call) and one.name.lower() in kinds


def _can_raise(one: Any, error: PySparkException) -> bool:
    """Whether this cast or call may be the one that an error is about, by its types and constants."""
    told = error.getMessageParameters() or {}
    if isinstance(one, Cast) and "precision" not in told:
        types = {"sourceType": one.child.dtype, "targetType": one.dtype}
        return all(
            told.get(name, shown) == shown for name, shown in zip(types, map(_shown, types.values()), strict=True)
        )
    if "precision" in told and isinstance(one, Cast):
        return one.dtype.simpleString() == f"decimal({told['precision']},{told['scale']})"
    divides = str(error.getCondition()) in ("DIVIDE_BY_ZERO", "REMAINDER_BY_ZERO")
    divisor: Any = one.args[-1]
    while isinstance(divisor, Cast):
        divisor = divisor.child
    return not (divides and isinstance(divisor, Literal) and not isinstance(divisor.item, str) and bool(divisor.item))


def told_decimal(error: PySparkException) -> bool:
    """Whether an error speaks of a decimal without its precision, which the query's message left out."""
    return (error.getMessageParameters() or {}).get("sourceType") == '"DECIMAL"'


def _tell_decimal(error: PySparkException, casts: list[Any]) -> None:
    types = {one.child.dtype for one in casts if isinstance(one, Cast)}
    told = error.getMessageParameters() or {}
    if len(types) == 1:
        (source,) = types
        number = told["value"].removesuffix("BD")
        told["sourceType"] = _shown(source)
        told["value"] = f"{number if '.' in number or not source.scale else number + '.' + '0' * source.scale}BD"


def _shown(dtype: DataType) -> str:
    return f'"{dtype.simpleString().upper()}"'
