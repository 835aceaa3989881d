"""Types that a user defines over one of Spark's."""

from __future__ import annotations

import base64
import json
from typing import Any

from minispark.errors import PySparkNotImplementedError, PySparkTypeError, PySparkValueError
from minispark.sql.types.base import DataType


class UserDefinedType(DataType):
    """A class of the user's own in a column: it names the type that keeps it, and how to go to and fro.

    A subclass gives ``sqlType``, ``module``, ``serialize`` and ``deserialize``; the user's class names an instance of
    it as ``__UDT__``.
    """

    @classmethod
    def typeName(cls) -> str:
        return cls.__name__.lower()

    @classmethod
    def sqlType(cls) -> DataType:
        """The type that keeps the values."""
        raise _missing("sqlType()")

    @classmethod
    def module(cls) -> str:
        """The module that the subclass is in."""
        raise _missing("module()")

    @classmethod
    def scalaUDT(cls) -> str:
        """The name of the same type in Scala, if there is one."""
        return ""

    def needConversion(self) -> bool:
        return True

    @classmethod
    def _cachedSqlType(cls) -> DataType:
        if "_cached_sql_type" not in cls.__dict__:
            cls._cached_sql_type = cls.sqlType()  # type: ignore[attr-defined]  # PySpark's name, of each class
        kind: DataType = cls.__dict__["_cached_sql_type"]
        return kind

    def toInternal(self, obj: Any) -> Any:
        return None if obj is None else self._cachedSqlType().toInternal(self.serialize(obj))

    def fromInternal(self, obj: Any) -> Any:
        kept = self._cachedSqlType().fromInternal(obj)
        return None if kept is None else self.deserialize(kept)

    def serialize(self, obj: Any) -> Any:
        """The user's value as one of ``sqlType``."""
        raise _missing("toInternal()")

    def deserialize(self, datum: Any) -> Any:
        """The user's value of one of ``sqlType``."""
        raise _missing("fromInternal()")

    def simpleString(self) -> str:
        return "udt"

    def json(self) -> str:
        return json.dumps(self.jsonValue(), separators=(",", ":"), sort_keys=True)

    def jsonValue(self) -> dict[str, Any]:
        named = {"type": "udt", "pyClass": f"{self.module()}.{type(self).__name__}"}
        if self.scalaUDT():
            assert self.module() != "__main__", "UDT in __main__ cannot work with ScalaUDT"
            return {**named, "class": self.scalaUDT(), "sqlType": self.sqlType().jsonValue()}
        import cloudpickle

        pickled = base64.b64encode(cloudpickle.dumps(type(self))).decode("ascii")
        return {**named, "serializedClass": pickled, "sqlType": self.sqlType().jsonValue()}

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> UserDefinedType:
        """The type that ``jsonValue`` described: its class is imported, never unpickled."""
        module, _, name = str(json["pyClass"]).rpartition(".")
        found = getattr(__import__(module, fromlist=[name]), name, None)
        if found is None:
            raise PySparkValueError(
                f"module {module} has no {name}; a user-defined type is found where pyClass says",
                "UNSUPPORTED_OPERATION",
                {"operation": "unpickling user defined types"},
            )
        if not (isinstance(found, type) and issubclass(found, UserDefinedType)):
            raise PySparkTypeError(
                f"{module}.{name} is no UserDefinedType",
                "FIELD_TYPE_MISMATCH",
                {"obj": str(found), "data_type": "UserDefinedType"},
            )
        return found()


def _missing(feature: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(
        f"a subclass of UserDefinedType must define {feature}", "NOT_IMPLEMENTED", {"feature": feature}
    )
