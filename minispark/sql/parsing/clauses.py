"""Clauses that several statements have: properties, partitions, columns, comments."""

from __future__ import annotations

from typing import Any

from minispark.errors import ParseException
from minispark.sql import types as t
from minispark.sql.parsing import commands as c
from minispark.sql.parsing.grammar import constant_text
from minispark.sql.parsing.queries import QueryParser
from minispark.sql.parsing.tokens import Token, string_value
from minispark.sql.plan.expressions import Literal


class ClauseParser(QueryParser):
    """Reads clauses."""

    def if_exists(self) -> bool:
        """IF EXISTS."""
        return self.accept("IF", "EXISTS")

    def if_missing(self) -> bool:
        """IF NOT EXISTS."""
        return self.accept("IF", "NOT", "EXISTS")

    def properties(self) -> c.Pairs:
        """``(key = value, 'key' 'value', key)``."""
        self.expect("(")
        found = self.listed(self._property)
        self.expect(")")
        return tuple(found)

    def _property(self) -> tuple[str, str]:
        key = string_value(self.next().text) if self.at_string() else ".".join(self.parts())
        self.accept("=")
        if self.at_any(",", ")"):
            return key, ""
        if self.at_string():
            return key, self.string()
        token = self.token
        if token.kind == "number" or token.key in ("TRUE", "FALSE"):
            self.next()
            return key, token.text.lower() if token.kind == "word" else token.text
        value = self.expression()
        text = constant_text(value)
        if text is None and isinstance(value, Literal) and value.item is not None:
            text = str(value.item).lower() if isinstance(value.item, bool) else str(value.item)
        if text is None:
            raise self.error(
                token,
                f"the value of the property {key} must be a constant",
                "INVALID_PROPERTY_VALUE",
                {"value": token.text},
            )
        return key, text

    def partition(self) -> c.Partition:
        """``PARTITION (a = 1, b)``, or nothing."""
        if not (self.at("PARTITION") and self.ahead().key == "("):
            return ()
        self.next()
        self.expect("(")
        found = self.listed(self._partition_value)
        self.expect(")")
        return tuple(found)

    def _partition_value(self) -> tuple[str, Any]:
        name = self.name()
        if not self.accept("="):
            return name, None
        return name, self.value(2)

    def column_defs(self) -> tuple[c.ColumnDef, ...]:
        """``(a INT NOT NULL COMMENT 'x', b STRING DEFAULT 'y')``."""
        self.expect("(")
        found: list[c.ColumnDef] = []
        while True:
            if self.at_any("CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK", "UNIQUE") and self.ahead().kind != "sign":
                raise self.error(
                    self.token,
                    "constraints of tables are not supported by this catalog",
                    "UNSUPPORTED_FEATURE.TABLE_OPERATION",
                    {"operation": "CONSTRAINT"},
                )
            found.append(self.column_def())
            if not self.accept(","):
                break
        self.expect(")")
        return tuple(found)

    def collation(self) -> str:
        """The name of a DEFAULT COLLATION. Raises AnalysisException for one that there is not."""
        from minispark.sql.types.collationnames import usual_name

        return usual_name(".".join(self.parts()))

    def column_def(self, typed: bool = True) -> c.ColumnDef:
        """One column: its name, type and options."""
        name = self.parts()
        self.accept(":")
        start = self.token
        dtype = self.data_type() if typed else None
        options: dict[str, Any] = {}
        if typed and "COLLATE" in self.since(start).upper():
            options["bytes"] = "UTF8_BINARY" in self.since(start).upper().replace("`", "").split()
        while True:
            if self.accept("NOT", "NULL"):
                options["nullable"] = False
            elif self.accept("COMMENT"):
                options["comment"] = self.string()
            elif self.accept("DEFAULT"):
                options["default"] = self._text_of_expression()
            elif self.accept("GENERATED", "ALWAYS", "AS"):
                start = self.token
                self.expect("(")
                self.expression()
                self.expect(")")
                options["generated"] = self.since(start)
            elif self.accept("FIRST"):
                options["position"] = ""
            elif self.accept("AFTER"):
                options["position"] = self.strict_name()
            else:
                return c.ColumnDef(name, dtype, **options)

    def unqualified(self, start: Token, parts: c.Parts, kind: str = "FUNCTION") -> ParseException:
        """The error for a temporary function's or view's name with a database."""
        space = ".".join(f"`{part}`" for part in parts[:-1])
        return self.error(
            start, f"Temporary {kind} `{parts[-1]}` cannot be qualified with {space}", "INVALID_TEMP_OBJ_QUALIFIER",
            {"objectType": kind, "objectName": f"`{parts[-1]}`", "qualifier": space},
        )  # fmt: skip

    def no_schema_collation(self) -> ParseException:
        """The error for a default collation of a database, which Spark 4.3 does not have either."""
        return self.error(
            self.token, "databases have no default collation; give it to tables or columns",
            "UNSUPPORTED_FEATURE.SCHEMA_LEVEL_COLLATIONS",
        )  # fmt: skip

    def schema_binding(self) -> str:
        """WITH SCHEMA BINDING, COMPENSATION, TYPE EVOLUTION or EVOLUTION."""
        start = self.token
        self.expect("WITH", "SCHEMA")
        if not self.settings.view_binding:
            raise self.error(
                start, "WITH SCHEMA needs spark.sql.legacy.viewSchemaBindingMode to be true", "FEATURE_NOT_ENABLED",
                {
                    "featureName": "VIEW ... WITH SCHEMA ...", "configKey": "spark.sql.legacy.viewSchemaBindingMode",
                    "configValue": "true",
                },
            )  # fmt: skip
        if self.accept("TYPE"):
            self.expect("EVOLUTION")
            return "TYPE EVOLUTION"
        return self.expect_any("BINDING", "COMPENSATION", "EVOLUTION")

    def _text_of_expression(self) -> str:
        start = self.token
        self.expression()
        return self.since(start)

    def rest_text(self) -> str:
        """The text from here to the statement's end, which is not moved to."""
        last = len(self.tokens) - 1
        while last > self.place and self.tokens[last - 1].key == ";":
            last -= 1
        return self.text[self.token.start : self.tokens[max(last - 1, self.place)].stop]


def schema_of(columns: tuple[c.ColumnDef, ...]) -> t.StructType:
    """The schema that columns declare."""
    fields = []
    for one in columns:
        metadata: dict[str, Any] = {}
        if one.comment is not None:
            metadata["comment"] = one.comment
        if one.default is not None:
            metadata.update({"CURRENT_DEFAULT": one.default, "EXISTS_DEFAULT": one.default})
        fields.append(t.StructField(one.name[-1], one.dtype, one.nullable, metadata or None))
    return t.StructType(fields)
