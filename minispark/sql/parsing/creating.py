"""CREATE and REPLACE."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.parsing import commands as c
from minispark.sql.parsing.clauses import ClauseParser
from minispark.sql.parsing.tokens import Token


class CreateParser(ClauseParser):
    """Reads what stands after CREATE."""

    def create(self) -> Any:
        """CREATE anything."""
        start = self.tokens[self.place - 1]
        replace = self.accept("OR", "REPLACE")
        is_global = self.accept("GLOBAL")
        temporary = self.accept("TEMPORARY")
        if self.accept("VIEW"):
            return self._view(replace, temporary, is_global)
        external = self.accept("EXTERNAL")
        if self.accept("TABLE"):
            if temporary:
                raise self.not_allowed(start, "CREATE TEMPORARY TABLE; use CREATE TEMPORARY VIEW")
            return self._table("replace" if replace else "create", external)
        if self.accept("FUNCTION"):
            return self._function(replace, temporary)
        if self.accept_any("DATABASE", "SCHEMA", "NAMESPACE"):
            return self._database()
        if self.at_any("INDEX", "ROLE", "MACRO"):
            words = f"CREATE {self.token.key}"
            raise self.not_allowed(start, f"{words}")
        return self.fail()

    def replace_table(self) -> Any:
        """REPLACE TABLE."""
        return self._table("replace only", False)

    # --- views -------------------------------------------------------------------------------------------------------

    def _view(self, replace: bool, temporary: bool, is_global: bool) -> Any:
        missing = self.if_missing()
        start = self.token
        parts = self.parts()
        if temporary and len(parts) > 1 and not self.at("USING"):
            raise self.unqualified(start, parts, "VIEW")
        if temporary and self._is_using():
            schema = self.column_defs() if self.at("(") else None
            self.expect("USING")
            provider = ".".join(self.parts())
            options = self.properties() if self.accept("OPTIONS") else ()
            return c.CreateViewUsing(parts[-1], provider, schema, options, replace, is_global)
        columns = self._view_columns() if self.at("(") else ()
        comment = collation = None
        properties: c.Pairs = ()
        binding: str | None = None
        while not self.accept("AS"):
            if self.accept("COMMENT"):
                comment = self.string()
            elif self.accept("TBLPROPERTIES"):
                properties = self.properties()
            elif self.at("WITH", "SCHEMA"):
                binding = self.schema_binding()
            elif self.accept("DEFAULT", "COLLATION"):
                collation = self.collation()
            elif self.at("PARTITIONED"):
                raise self.not_allowed(start, "CREATE VIEW ... PARTITIONED ON")
            else:
                self.fail()
        text = self.rest_text()
        query = self.query()
        if temporary and missing:
            raise self.error(
                start, "It is not allowed to define a TEMPORARY view with IF NOT EXISTS", "_LEGACY_ERROR_TEMP_0053"
            )
        if replace and missing:
            raise self.error(
                start, "CREATE VIEW with both IF NOT EXISTS and REPLACE is not allowed", "_LEGACY_ERROR_TEMP_0052"
            )
        if temporary and binding is not None:
            raise self.error(
                start,
                "A temporary view takes no WITH SCHEMA",
                "UNSUPPORTED_FEATURE.TEMPORARY_VIEW_WITH_SCHEMA_BINDING_MODE",
            )
        return c.CreateView(
            parts, query, text, columns, replace, temporary, is_global, missing, comment, properties, binding, collation
        )

    def _is_using(self) -> bool:
        if not self.at("("):
            return self.at("USING")
        return self.closing_followed_by_from("USING")

    def closing_followed_by_from(self, key: str) -> bool:
        """Whether the parenthesis at the place closes right before a word."""
        self.place -= 1
        found = self.closing_followed_by(key)
        self.place += 1
        return found

    def _view_columns(self) -> tuple[tuple[str, str | None], ...]:
        self.expect("(")
        found = self.listed(lambda: (self.name(), self.string() if self.accept("COMMENT") else None))
        self.expect(")")
        return tuple(found)

    # --- tables ------------------------------------------------------------------------------------------------------

    def _table(self, mode: str, external: bool) -> Any:
        missing = self.if_missing()
        parts = self.parts()
        if self.accept("LIKE"):
            return self._table_like(parts, missing)
        columns: tuple[c.ColumnDef, ...] = ()
        if self.at("(") and not self.query_ahead(0):
            columns = self.column_defs()
        start = self.token
        found: dict[str, Any] = {}
        further: list[c.ColumnDef] = []
        while self._table_clause(found, further):
            pass
        query = None
        if self.accept("AS") or self.at_any("SELECT", "WITH", "FROM", "VALUES", "TABLE", "("):
            query = self.query()
            if columns:
                raise self.not_allowed(
                    start, "Schema may not be specified in a Create Table As Select (CTAS) statement"
                )
            if further:
                raise self.not_allowed(
                    start, "Partition column types may not be specified in Create Table As Select (CTAS)"
                )
        return c.CreateTable(
            parts, (*columns, *further), query=query, mode=mode, if_missing=missing, external=external, **found
        )

    def _table_clause(self, found: dict[str, Any], further: list[c.ColumnDef]) -> bool:
        start = self.token

        def put(name: str, item: Any) -> bool:
            if name in found:
                raise self.error(
                    start,
                    f"Found duplicate clauses: {start.text.upper()}. Please, remove one of them",
                    "DUPLICATE_CLAUSES",
                    {"clauseName": start.text.upper()},
                )
            found[name] = item
            return True

        if self.accept("USING"):
            return put("provider", ".".join(self.parts()))
        if self.accept("OPTIONS"):
            return put("options", self.properties())
        if self.accept("PARTITIONED", "BY"):
            return put("partitions", self._partitioning(further))
        if self.accept("CLUSTERED", "BY"):
            columns = self.names()
            order: tuple[str, ...] = ()
            if self.accept("SORTED", "BY"):
                self.expect("(")
                order = tuple(self.listed(self._sorted_name))
                self.expect(")")
            self.expect("INTO")
            count = self.integer()
            self.expect("BUCKETS")
            return put("buckets", (count, columns, order))
        if self.accept("CLUSTER", "BY"):
            self.expect("(")
            columns = tuple(".".join(one) for one in self.listed(self.parts))
            self.expect(")")
            return put("cluster", columns)
        if self.accept("LOCATION"):
            return put("location", self.string())
        if self.accept("COMMENT"):
            return put("comment", self.string())
        if self.accept("TBLPROPERTIES"):
            return put("properties", self.properties())
        if self.accept("STORED", "AS"):
            return put("provider", self.name().lower())
        if self.accept("DEFAULT", "COLLATION"):
            return put("collation", self.collation())
        if self.at("ROW", "FORMAT") or self.at("SKEWED", "BY") or self.at("STORED", "BY"):
            words = f"{start.text.upper()} {self.ahead().text.upper()}"
            raise self.not_allowed(start, f"{words}: there is no Hive here; use USING and OPTIONS")
        return False

    def _sorted_name(self) -> str:
        name = self.name()
        if self.accept_any("ASC", "DESC") == "DESC":
            raise self.not_allowed(self.token, "columns of buckets are sorted ascending only")
        return name

    def _partitioning(self, further: list[c.ColumnDef]) -> tuple[str, ...]:
        self.expect("(")
        names: list[str] = []
        for _ in iter(int, 1):
            start = self.token
            if self.ahead().key in (",", ")", "."):
                names.append(".".join(self.parts()))
            elif self.ahead().key == "(" and start.key not in ("ARRAY", "MAP"):
                name = self.token.text
                raise self.error(
                    start,
                    f"partitioning by {name}(...) needs a catalog that has it; partition by plain columns",
                    "UNSUPPORTED_FEATURE.PARTITION_BY_TRANSFORM",
                    {"transform": name},
                )
            else:
                column = self.column_def()
                further.append(column)
                names.append(column.name[-1])
            if not self.accept(","):
                break
        self.expect(")")
        return tuple(names)

    def _table_like(self, target: c.Parts, missing: bool) -> Any:
        source = self.parts()
        found: dict[str, Any] = {}
        while self._table_clause(found, []):
            pass
        return c.CreateTableLike(
            target, source, missing, found.get("provider"), found.get("location"), found.get("properties", ())
        )

    # --- databases, functions -----------------------------------------------------------------------------------------

    def _database(self) -> Any:
        missing = self.if_missing()
        parts = self.parts()
        comment = location = None
        properties: c.Pairs = ()
        while True:
            if self.accept("COMMENT"):
                comment = self.string()
            elif self.accept("LOCATION"):
                location = self.string()
            elif self.accept("WITH"):
                self.expect_any("DBPROPERTIES", "PROPERTIES")
                properties = self.properties()
            elif self.at("DEFAULT", "COLLATION"):
                raise self.no_schema_collation()
            else:
                return c.CreateDatabase(parts, missing, comment, location, properties)

    def _function(self, replace: bool, temporary: bool) -> Any:
        missing = self.if_missing()
        start = self.token
        parts = self.parts()
        if temporary and len(parts) > 1:
            raise self.unqualified(start, parts)
        if self.accept("AS"):
            name = self.string()
            if self.accept("USING"):
                self.listed(lambda: (self.name(), self.string()))
            return c.CreateFunction(parts, (), None, "", temporary, replace, missing, class_name=name)
        parameters: tuple[c.ColumnDef, ...] = ()
        if not self.accept("(", ")"):
            parameters = self._parameters()
        returns: Any = None
        is_table = False
        if self.accept("RETURNS"):
            if self.accept("TABLE"):
                is_table = True
                returns = self._parameters(False) if self.at("(") else None
            else:
                returns = self.data_type()
        self.contains_only = self.reads_data = False
        comment = self._characteristics()
        self.expect("RETURN")
        text = self.rest_text()
        is_query = self.at_query() and not self.at("(")
        if is_query:
            self.query()
        else:
            self.expression()
        if is_table and not is_query and not text.startswith("("):
            raise AnalysisException(
                f"the body of the table function {parts[-1]} must be a query",
                "USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY",
                {"name": parts[-1]},
            )
        return c.CreateFunction(
            parts, parameters, returns, text, temporary, replace, missing, is_table, comment,
            contains_only=self.contains_only, reads=self.reads_data,
        )  # fmt: skip

    def _parameters(self, defaults: bool = True) -> tuple[c.ColumnDef, ...]:
        """Parameters, or the columns of RETURNS TABLE: columns that take no constraints."""
        start = self.token
        self.expect("(")
        found: list[c.ColumnDef] = []
        while True:
            found.append(self._one_parameter(start, defaults))
            if not self.accept(","):
                break
        self.expect(")")
        if any(not one.nullable for one in found):
            text = self.since(start)[1:-1]
            raise AnalysisException(
                f"parameters of functions take no NOT NULL: {text}",
                "USER_DEFINED_FUNCTIONS.NOT_NULL_ON_FUNCTION_PARAMETERS",
                {"input": text},
            )
        return tuple(found)

    def _one_parameter(self, start: Token, defaults: bool) -> c.ColumnDef:
        name = self.name()
        self.accept(":")
        dtype = self.data_type()
        options: dict[str, Any] = {}
        while not self.at_any(",", ")"):
            if self.at("GENERATED", "ALWAYS", "AS"):
                raise self.error(
                    start, "parameters of functions cannot be generated columns",
                    "INVALID_SQL_SYNTAX.CREATE_FUNC_WITH_GENERATED_COLUMNS_AS_PARAMETERS",
                )  # fmt: skip
            if self.at_any("CONSTRAINT", "PRIMARY", "REFERENCES", "CHECK", "UNIQUE"):
                raise self.error(
                    start, "parameters of functions take no constraints",
                    "INVALID_SQL_SYNTAX.CREATE_FUNC_WITH_COLUMN_CONSTRAINTS",
                )  # fmt: skip
            if self.accept("NOT", "NULL"):
                options["nullable"] = False
            elif self.accept("COMMENT"):
                options["comment"] = self.string()
            elif defaults and self.accept("DEFAULT"):
                options["default"] = self._text_of_expression()
            else:
                self.fail()
        if isinstance(dtype, (t.CharType, t.VarcharType)):
            raise AnalysisException(
                f"the parameter {name} is {dtype.simpleString()}; declare it STRING",
                "UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING", {},
            )  # fmt: skip
        return c.ColumnDef((name,), dtype, **options)

    def _characteristics(self) -> str | None:
        comment = None
        while True:
            if self.accept("COMMENT"):
                comment = self.string()
            elif self.accept("LANGUAGE"):
                language = self.token
                if self.name().upper() != "SQL":
                    raise self.error(
                        language,
                        f"functions in {language.text} are not offered in SQL; use spark.udf.register",
                        "UNSUPPORTED_FEATURE.CREATE_FUNCTION_LANGUAGE",
                        {"language": language.text},
                    )
            elif self.accept("NOT"):
                self.expect("DETERMINISTIC")
            elif self.accept("CONTAINS", "SQL"):
                self.contains_only = True
            elif self.accept("READS", "SQL", "DATA"):
                self.reads_data = True
            elif not (
                self.accept("DETERMINISTIC")
                or self.accept("SQL", "SECURITY", "DEFINER")
                or self.accept("SQL", "SECURITY", "INVOKER")
            ):
                return comment
