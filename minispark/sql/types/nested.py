"""Arrays and maps."""

from __future__ import annotations

from typing import Any

from minispark.sql.types.base import DataType
from minispark.sql.types.late import late


class ArrayType(DataType):
    """Lists of one type, with Nones in them if ``containsNull``.

    >>> from minispark.sql.types import StringType
    >>> ArrayType(StringType()) == ArrayType(StringType(), True), ArrayType(StringType(), False).jsonValue()
    (True, {'type': 'array', 'elementType': 'string', 'containsNull': False})
    """

    def __init__(self, elementType: DataType, containsNull: bool = True) -> None:
        assert isinstance(elementType, DataType), f"elementType {elementType} should be an instance of {DataType}"
        self.elementType = elementType
        self.containsNull = containsNull

    def simpleString(self) -> str:
        return f"array<{self.elementType.simpleString()}>"

    def _as_nullable(self) -> ArrayType:
        return ArrayType(self.elementType._as_nullable(), True)

    def toNullable(self) -> ArrayType:
        """The same with Nones allowed everywhere inside."""
        return self._as_nullable()

    def __repr__(self) -> str:
        return f"ArrayType({self.elementType}, {self.containsNull})"

    def jsonValue(self) -> dict[str, Any]:
        return {
            "type": self.typeName(),
            "elementType": self.elementType.jsonValue(),
            "containsNull": self.containsNull,
        }

    @classmethod
    def fromJson(
        cls, json: dict[str, Any], fieldPath: str = "", collationsMap: dict[str, str] | None = None
    ) -> ArrayType:
        """The type that ``jsonValue`` described."""
        parse_json_value = late("types.fromjson:parse_json_value")

        path = f"{fieldPath}.element" if fieldPath else "element"
        return ArrayType(parse_json_value(json["elementType"], path, collationsMap), json["containsNull"])

    def needConversion(self) -> bool:
        return self.elementType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        return [self.elementType.toInternal(item) for item in obj] if obj and self.needConversion() else obj

    def fromInternal(self, obj: Any) -> Any:
        return [self.elementType.fromInternal(item) for item in obj] if obj and self.needConversion() else obj


class MapType(DataType):
    """Dicts from keys of one type, never None, to values of one type, None among them if ``valueContainsNull``.

    >>> from minispark.sql.types import IntegerType, StringType
    >>> MapType(StringType(), IntegerType(), False), MapType(StringType(), IntegerType()).simpleString()
    (MapType(StringType(), IntegerType(), False), 'map<string,int>')
    """

    def __init__(self, keyType: DataType, valueType: DataType, valueContainsNull: bool = True) -> None:
        assert isinstance(keyType, DataType), f"keyType {keyType} should be an instance of {DataType}"
        assert isinstance(valueType, DataType), f"valueType {valueType} should be an instance of {DataType}"
        self.keyType = keyType
        self.valueType = valueType
        self.valueContainsNull = valueContainsNull

    def simpleString(self) -> str:
        return f"map<{self.keyType.simpleString()},{self.valueType.simpleString()}>"

    def _as_nullable(self) -> MapType:
        return MapType(self.keyType._as_nullable(), self.valueType._as_nullable(), True)

    def toNullable(self) -> MapType:
        """The same with Nones allowed everywhere inside, but as keys."""
        return self._as_nullable()

    def __repr__(self) -> str:
        return f"MapType({self.keyType}, {self.valueType}, {self.valueContainsNull})"

    def jsonValue(self) -> dict[str, Any]:
        return {
            "type": self.typeName(),
            "keyType": self.keyType.jsonValue(),
            "valueType": self.valueType.jsonValue(),
            "valueContainsNull": self.valueContainsNull,
        }

    @classmethod
    def fromJson(
        cls, json: dict[str, Any], fieldPath: str = "", collationsMap: dict[str, str] | None = None
    ) -> MapType:
        """The type that ``jsonValue`` described."""
        parse_json_value = late("types.fromjson:parse_json_value")

        prefix = f"{fieldPath}." if fieldPath else ""
        return MapType(
            parse_json_value(json["keyType"], f"{prefix}key", collationsMap),
            parse_json_value(json["valueType"], f"{prefix}value", collationsMap),
            json["valueContainsNull"],
        )

    def needConversion(self) -> bool:
        return self.keyType.needConversion() or self.valueType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        if not obj or not self.needConversion():
            return obj
        return {self.keyType.toInternal(key): self.valueType.toInternal(item) for key, item in obj.items()}

    def fromInternal(self, obj: Any) -> Any:
        if not obj or not self.needConversion():
            return obj
        return {self.keyType.fromInternal(key): self.valueType.fromInternal(item) for key, item in obj.items()}
