"""Parameters of a statement: ``args``, and DataFrames, Columns and values in ``{braces}``."""

from __future__ import annotations

import string
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from minispark.errors import AnalysisException, PySparkTypeError, PySparkValueError
from minispark.sql.parsing.cursor import Settings


@contextmanager
def bound(session: Any, text: str, args: Any, kwargs: Mapping[str, Any]) -> Iterator[tuple[str, Settings]]:
    """The text with its braces filled, and settings that hold the parameters.

    Views made for DataFrames end with the block.
    """
    from minispark.sql.parsing.settings import parse_settings
    from minispark.sql.parsing.substituting import substituted

    formatter = _Formatter(session)
    try:
        if kwargs:
            text = formatter.format(text, **kwargs)
        text = substituted(session, text)
        yield text, parse_settings(session, **_arguments(args, text))
    finally:
        formatter.clear()


def _arguments(args: Any, text: str) -> dict[str, Any]:
    if args is None:
        return {}
    if isinstance(args, dict):
        if args and _has_positional(text):
            raise _mixed()
        return {"named": {str(name): parameter(item) for name, item in args.items()}}
    if isinstance(args, list):
        return {"positional": tuple(parameter(item) for item in args)}
    raise PySparkTypeError(
        f"args must be a dict or a list, not {type(args).__name__}", "INVALID_TYPE",
        {"arg_name": "args", "arg_type": type(args).__name__},
    )  # fmt: skip


def _has_positional(text: str) -> bool:
    from minispark.sql.parsing.tokens import tokenize

    return any(token.key == "?" for token in tokenize(text))


def _mixed() -> AnalysisException:
    return AnalysisException(
        "Parameterized query must either use positional, or named parameters, but not both",
        "INVALID_QUERY_MIXED_QUERY_PARAMETERS", {},
    )  # fmt: skip


def parameter(item: Any) -> Any:
    """A parameter's value as an expression."""
    from minispark.sql.column import Column
    from minispark.sql.literals import literal
    from minispark.sql.plan.expressions import Apply

    if isinstance(item, Column):
        return item._expression
    if isinstance(item, dict):
        pairs = [part for pair in item.items() for part in pair]
        return Apply("map", tuple(map(parameter, pairs)))
    return literal(item)


class _Formatter(string.Formatter):
    """Fills ``{name}``: a DataFrame by a view of it, a Column by its name, a string by a literal, others by ``str``."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._views: list[tuple[Any, str]] = []

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        found, first = super().get_field(field_name, args, kwargs)
        return self._shown(found, field_name), first

    def vformat(self, format_string: str, args: Any, kwargs: Any) -> str:
        try:
            return super().vformat(format_string, args, kwargs)
        except KeyError as error:
            raise PySparkValueError(
                f"the statement has {{{error.args[0]}}}, and no argument of that name was given"
            ) from None

    def _shown(self, item: Any, name: str) -> Any:
        from minispark.sql.column import Column
        from minispark.sql.dataframe import DataFrame

        if isinstance(item, Column):
            return _column_text(item)
        if isinstance(item, DataFrame):
            for known, view in self._views:
                if known is item:
                    return view
            view = f"_pyspark_{uuid.uuid4().hex}"
            item.createOrReplaceTempView(view)
            self._views.append((item, view))
            return view
        if isinstance(item, str):
            escaped = item.replace("\\", "\\\\").replace("'", "\\'")
            return f"'{escaped}'"
        return item

    def clear(self) -> None:
        """Drop the views."""
        for _, view in self._views:
            self._session._catalog.drop_view(view)
        self._views.clear()


def _column_text(item: Any) -> str:
    """A column's name as SQL. Raises PySparkValueError for an expression."""
    from minispark.sql.plan.expressions import Alias, Attribute, Name

    one = item._expression
    while isinstance(one, Alias):
        one = one.child
    if isinstance(one, Name):
        return ".".join(f"`{part.replace('`', '``')}`" for part in one.parts)
    if isinstance(one, Attribute):
        return f"`{one.name.replace('`', '``')}`"
    raise PySparkValueError(
        f"{item!r} is an expression, and only a plain column can be formatted into a statement",
        "VALUE_NOT_PLAIN_COLUMN_REFERENCE", {"val": str(item), "field_name": "column"},
    )  # fmt: skip


__all__ = ["bound", "parameter"]
