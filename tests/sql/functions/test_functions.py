"""All functions: PySpark's names and parameters, and the columns that PySpark 4.3 makes of 750 calls."""

from __future__ import annotations

import inspect
import json
import pathlib
import re
import warnings
from typing import Any

import pytest

from minispark.errors import PySparkException, PySparkNotImplementedError, PySparkTypeError, PySparkValueError
from minispark.sql import functions
from minispark.sql.column import Column

F: Any = functions
HERE = pathlib.Path(__file__).parent
COLUMNS: dict[str, str] = json.loads((HERE / "columns.json").read_text())
"""Calls and what ``repr`` of their columns is, or the error's class and condition: recorded from PySpark 4.3."""
SIGNATURES: dict[str, str] = json.loads((HERE / "signatures.json").read_text())


def test_names_and_parameters_are_pysparks() -> None:
    mark: dict[Any, str] = {inspect.Parameter.POSITIONAL_OR_KEYWORD: "", inspect.Parameter.VAR_POSITIONAL: "*"}

    def text(one: inspect.Parameter) -> str:
        return mark.get(one.kind, "/") + one.name + ("" if one.default is one.empty else f"={one.default!r}")

    for name, expected in SIGNATURES.items():
        parameters = inspect.signature(getattr(F, name)).parameters.values()
        assert ", ".join(map(text, parameters)) == expected, name
    assert set(SIGNATURES) <= set(F.__all__)
    assert all(inspect.getdoc(getattr(F, name)) for name in F.__all__)


def test_columns_are_pysparks() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        wrong = {call: made for call, expected in COLUMNS.items() if (made := _made(call)) != expected}
    assert not wrong


def _made(call: str) -> str:
    try:
        text = repr(eval(call, {"F": F, **{name: getattr(F, name) for name in SIGNATURES}}))
    except PySparkException as error:
        return f"{type(error).__name__} {error.getCondition()}"
    return re.sub(r"([xyz])_\d+", r"\1_N", re.sub(r"-?\d{10,}L", "SEED", text[8:-2]))


@pytest.mark.parametrize(
    ("make", "error", "condition"),
    [
        (lambda: F.upper(1), PySparkTypeError, "NOT_EXPECTED_TYPE"),
        (lambda: F.when("a", 1), PySparkTypeError, "NOT_EXPECTED_TYPE"),
        (lambda: F.lit([F.col("a")]), PySparkValueError, "COLUMN_IN_LIST"),
        (lambda: F.greatest("a"), PySparkValueError, "WRONG_NUM_COLUMNS"),
        (lambda: F.sha2("a", 1), PySparkValueError, "VALUE_NOT_ALLOWED"),
        (lambda: F.json_tuple("a"), PySparkValueError, "CANNOT_BE_EMPTY"),
        (lambda: F.window("a", 5), PySparkTypeError, "NOT_EXPECTED_TYPE"),
        (lambda: F.transform("a", lambda: F.lit(1)), PySparkValueError, "WRONG_NUM_ARGS_FOR_HIGHER_ORDER_FUNCTION"),
        (lambda: F.transform("a", lambda x: 1), PySparkValueError, "HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN"),
        (
            lambda: F.transform("a", lambda *x: x),
            PySparkValueError,
            "UNSUPPORTED_PARAM_TYPE_FOR_HIGHER_ORDER_FUNCTION",
        ),
        (lambda: F.partitioning.bucket("x", "a"), PySparkTypeError, "NOT_EXPECTED_TYPE"),
    ],
)
def test_wrong_arguments(make: Any, error: type[PySparkException], condition: str) -> None:
    with pytest.raises(error) as raised:
        make()
    assert raised.value.getCondition() == condition


def test_deprecated_names_say_so() -> None:
    with pytest.warns(FutureWarning, match="sum_distinct"):
        column = F.sumDistinct("a")
    assert isinstance(column, Column)


def test_hints_tell_functions_of_whole_columns() -> None:
    pandas = pytest.importorskip("pandas")

    def whole(x: Any) -> Any:
        return x

    whole.__annotations__ = {"x": pandas.Series, "return": pandas.Series}
    assert F.udf(whole, "int").evalType == F.PandasUDFType.SCALAR
    with pytest.raises(PySparkNotImplementedError):
        F.udf(whole, "int")("a")
    assert repr(F.udf(whole, "int", useArrow=False)("a")) == "Column<'whole(a)'>"
