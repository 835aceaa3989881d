"""Structs and their fields: the schema of a DataFrame, and the type of rows inside of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

from minispark.errors import (
    PySparkIndexError,
    PySparkKeyError,
    PySparkTypeError,
    PySparkValueError,
)
from minispark.sql.row import Row, named_row
from minispark.sql.types.base import DataType
from minispark.sql.types.collations import COLLATIONS, collations_of, names_of, without_collations
from minispark.sql.types.late import late
from minispark.sql.types.variant import VariantVal


class StructField(DataType):
    """A name, its type, whether it may be None, and whatever the user notes about it in ``metadata``.

    >>> from minispark.sql.types import StringType
    >>> StructField("f1", StringType()), StructField("f1", StringType(), False).jsonValue()
    (StructField('f1', StringType(), True), {'name': 'f1', 'type': 'string', 'nullable': False, 'metadata': {}})
    """

    def __init__(
        self, name: str, dataType: DataType, nullable: bool = True, metadata: dict[str, Any] | None = None
    ) -> None:
        assert isinstance(dataType, DataType), f"dataType {dataType} should be an instance of {DataType}"
        assert isinstance(name, str), f"field name {name} should be a string"
        self.name = name
        self.dataType = dataType
        self.nullable = nullable
        self.metadata = metadata or {}

    def simpleString(self) -> str:
        return f"{self.name}:{self.dataType.simpleString()}"

    def __repr__(self) -> str:
        return f"StructField('{self.name}', {self.dataType}, {self.nullable})"

    def jsonValue(self) -> dict[str, Any]:
        """Collations are noted in the metadata and not in the type, so that older readers take the rest."""
        found = self.getCollationMetadata()
        return {
            "name": self.name,
            "type": (without_collations(self.dataType) if found else self.dataType).jsonValue(),
            "nullable": self.nullable,
            "metadata": {**self.metadata, COLLATIONS: found} if found else self.metadata,
        }

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> StructField:
        """The field that ``jsonValue`` described."""
        parse_json_value = late("types.fromjson:parse_json_value")

        metadata = json.get("metadata")
        collations = names_of(metadata)
        if collations and metadata:
            metadata = {key: item for key, item in metadata.items() if key != COLLATIONS}
        kind = parse_json_value(json["type"], json["name"], collations)
        return StructField(json["name"], kind, json.get("nullable", True), metadata)

    def getCollationsMap(self, metadata: dict[str, Any]) -> dict[str, str]:
        """The collations that ``metadata`` notes, by the path of the text they are of."""
        return names_of(metadata)

    def getCollationMetadata(self) -> dict[str, str]:
        """Provider and name of the collations in this field's type, by path."""
        return collations_of(self.dataType, self.name)

    def needConversion(self) -> bool:
        return self.dataType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        return self.dataType.toInternal(obj)

    def fromInternal(self, obj: Any) -> Any:
        return self.dataType.fromInternal(obj)

    def typeName(self) -> str:  # type: ignore[override]  # a class method of all others
        raise PySparkTypeError("a field has no typeName; ask its dataType for it", "INVALID_TYPENAME_CALL", {})


class StructType(DataType):
    """Fields in order, found by name, position or slice; ``add`` appends one.

    >>> from minispark.sql.types import IntegerType, StringType
    >>> schema = StructType([StructField("a", IntegerType())]).add("b", "string", False)
    >>> schema["b"], len(schema), schema.fieldNames(), schema.simpleString()
    (StructField('b', StringType(), False), 2, ['a', 'b'], 'struct<a:int,b:string>')
    """

    def __init__(self, fields: list[StructField] | None = None) -> None:
        self.fields: list[StructField] = fields or []
        self.names: list[str] = [field.name for field in self.fields]
        assert all(isinstance(field, StructField) for field in self.fields), "fields should be a list of StructField"
        self._note_conversion()

    def _note_conversion(self) -> None:
        self._needConversion = [field.needConversion() for field in self.fields]
        self._needSerializeAnyField = any(self._needConversion)

    @overload
    def add(
        self, field: str, data_type: str | DataType, nullable: bool = True, metadata: dict[str, Any] | None = None
    ) -> StructType: ...
    @overload
    def add(self, field: StructField) -> StructType: ...
    def add(
        self,
        field: str | StructField,
        data_type: str | DataType | None = None,
        nullable: bool = True,
        metadata: dict[str, Any] | None = None,
    ) -> StructType:
        """Append a field, given whole or as its parts; a text names a type as ``json`` does. Changes this struct.

        Raises PySparkValueError without a type.
        """
        if not isinstance(field, StructField):
            if isinstance(data_type, str):
                parse_json_value = late("types.fromjson:parse_json_value")

                data_type = parse_json_value(data_type)
            elif data_type is None:
                raise PySparkValueError(
                    f"field {field!r} needs a type: give data_type",
                    "ARGUMENT_REQUIRED",
                    {"arg_name": "data_type", "condition": "passing name of struct_field to create"},
                )
            assert isinstance(data_type, DataType)
            field = StructField(field, data_type, nullable, metadata)
        self.fields.append(field)
        self.names.append(field.name)
        self._note_conversion()
        return self

    def __iter__(self) -> Iterator[StructField]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    @overload
    def __getitem__(self, key: str | int) -> StructField: ...
    @overload
    def __getitem__(self, key: slice) -> StructType: ...
    def __getitem__(self, key: str | int | slice) -> StructField | StructType:
        if isinstance(key, str):
            for field in self.fields:
                if field.name == key:
                    return field
            raise PySparkKeyError(
                f"no field is named {key!r}; the fields are {', '.join(map(repr, self.names)):.300}",
                "KEY_NOT_EXISTS",
                {"key": key},
            )
        if isinstance(key, int):
            try:
                return self.fields[key]
            except IndexError:
                raise PySparkIndexError(
                    f"there is no field {key}: the struct has {len(self)}",
                    "INDEX_OUT_OF_RANGE",
                    {"arg_name": "StructType", "index": str(key)},
                ) from None
        if isinstance(key, slice):
            return StructType(self.fields[key])
        raise PySparkTypeError(
            f"fields are found by an int, a slice or a str, not by a {type(key).__name__}",
            "NOT_EXPECTED_TYPE",
            {"expected_type": "int, slice or str", "arg_name": "key", "arg_type": type(key).__name__},
        )

    def simpleString(self) -> str:
        return f"struct<{','.join(field.simpleString() for field in self)}>"

    def _as_nullable(self) -> StructType:
        return StructType([StructField(f.name, f.dataType._as_nullable(), True, f.metadata) for f in self.fields])

    def toNullable(self) -> StructType:
        """The same with Nones allowed everywhere inside."""
        return self._as_nullable()

    def __repr__(self) -> str:
        return f"StructType([{', '.join(map(str, self))}])"

    def jsonValue(self) -> dict[str, Any]:
        return {"type": self.typeName(), "fields": [field.jsonValue() for field in self]}

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> StructType:
        """The struct that ``jsonValue`` described."""
        return StructType([StructField.fromJson(field) for field in json["fields"]])

    def fieldNames(self) -> list[str]:
        """The names, as a list of the caller's own."""
        return list(self.names)

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> Any:
        if obj is None:
            return None
        if isinstance(obj, VariantVal):
            raise PySparkValueError("Rows cannot be of type VariantVal")
        if isinstance(obj, dict):
            obj = [obj.get(name) for name in self.names]
        elif not isinstance(obj, (tuple, list)):
            if not hasattr(obj, "__dict__"):
                raise PySparkValueError(
                    f"{obj!r:.200} is no value of {self.simpleString():.200}; it takes a tuple, list, dict or Row",
                    "UNEXPECTED_TUPLE_WITH_STRUCT",
                    {"tuple": str(obj)},
                )
            obj = [obj.__dict__.get(name) for name in self.names]
        if not self._needSerializeAnyField:
            return tuple(obj)
        places = zip(self.fields, obj, self._needConversion, strict=False)
        return tuple(field.toInternal(item) if differs else item for field, item, differs in places)

    def fromInternal(self, obj: Any) -> Any:
        if obj is None or isinstance(obj, Row):
            return obj
        if self._needSerializeAnyField:
            places = zip(self.fields, obj, self._needConversion, strict=False)
            obj = [field.fromInternal(item) if differs else item for field, item, differs in places]
        return named_row(self.names, obj)

    def treeString(self, maxDepth: int = 0) -> str:
        """The tree that ``printSchema`` prints, down to ``maxDepth`` levels if that is positive."""
        found: str = late("types.tree:tree")(self, maxDepth)
        return found

    def toDDL(self) -> str:
        """The fields as a text that ``fromDDL`` reads.

        >>> StructType.fromDDL("a INT NOT NULL, `b c` array<string>").toDDL()
        'a INT NOT NULL,`b c` ARRAY<STRING>'
        """
        found: str = late("types.toddl:fields_ddl")(self)
        return found
