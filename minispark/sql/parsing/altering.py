"""ALTER, DROP, TRUNCATE, COMMENT ON."""

from __future__ import annotations

from typing import Any

from minispark.sql.parsing import commands as c
from minispark.sql.parsing.clauses import ClauseParser


class AlterParser(ClauseParser):
    """Reads changes of what there is."""

    def alter(self) -> Any:
        """ALTER anything."""
        if self.accept_any("DATABASE", "SCHEMA", "NAMESPACE"):
            return self._alter_database()
        if self.accept("VIEW"):
            return self._alter_table(True)
        if self.accept("TABLE"):
            return self._alter_table(False)
        if self.at("INDEX"):
            raise self.not_allowed(self.token, "ALTER INDEX")
        return self.fail()

    def _alter_database(self) -> Any:
        parts = self.parts()
        if self.accept("SET", "LOCATION"):
            return c.AlterDatabase(parts, location=self.string())
        if self.at("DEFAULT", "COLLATION"):
            raise self.no_schema_collation()
        self.expect("SET")
        self.expect_any("DBPROPERTIES", "PROPERTIES")
        return c.AlterDatabase(parts, self.properties())

    def _alter_table(self, view: bool) -> Any:
        parts = self.parts()
        partition = self.partition()
        for words, read in _ACTIONS.items():
            if self.at(*words):
                self.place += len(words)
                action, args = read(self, partition)
                return c.Alter(parts, action, args, view)
        if view and self.at("WITH", "SCHEMA"):
            return c.Alter(parts, "binding", (self.schema_binding(),), True)
        if view and (self.accept("AS") or self.at_query()):
            text = self.rest_text()
            return c.AlterView(parts, self.query(), text)
        return self.fail()

    # --- actions: each gives its name and arguments ------------------------------------------------------------------

    def rename(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """RENAME TO name, or a partition's new values."""
        if partition:
            return "rename partition", (partition, self.partition())
        return "rename", (self.parts(),)

    def rename_column(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """RENAME COLUMN a TO b."""
        old = self.parts()
        self.expect("TO")
        return "rename column", (old, self.strict_name())

    def add_columns(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """ADD COLUMNS (...)."""
        if self.at("("):
            return "add columns", (self.column_defs(),)
        return "add columns", (tuple(self.listed(self.column_def)),)

    def replace_columns(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """REPLACE COLUMNS (...)."""
        return "replace columns", (self.column_defs(),)

    def drop_columns(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """DROP COLUMNS (...)."""
        missing = self.if_exists()
        closed = self.accept("(")
        columns = tuple(self.listed(self.parts))
        if closed:
            self.expect(")")
        return "drop columns", (columns, missing)

    def alter_column(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """ALTER COLUMN a TYPE, COMMENT, FIRST, AFTER, SET NOT NULL, SET DEFAULT ..."""
        self.accept("COLUMN")
        column = self.parts()
        found = self._column_action(column)
        return self.fail() if found is None else found

    def _column_action(self, column: c.Parts) -> tuple[str, tuple[Any, ...]] | None:
        """What changes in a column; None where another thing follows its name."""
        if self.accept("TYPE"):
            return "column type", (column, self.data_type())
        if self.at("COMMENT") and self.ahead().kind == "string":
            self.next()
            return "column comment", (column, self.string())
        if self.accept("FIRST"):
            return "column position", (column, "")
        if self.accept("AFTER"):
            return "column position", (column, self.strict_name())
        if self.accept("SET", "DEFAULT"):
            return "column default", (column, self._text_of_expression())
        if self.accept("DROP", "DEFAULT"):
            return "column default", (column, None)
        if self.at_any("SET", "DROP"):
            word = self.next().key
            self.expect("NOT", "NULL")
            return "column nullable", (column, word == "DROP")
        return None

    def change_column(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """CHANGE COLUMN as ALTER COLUMN has it, or Hive's CHANGE COLUMN a a INT COMMENT '...'."""
        start = self.tokens[0]
        self.accept("COLUMN")
        column = self.parts()
        found = self._column_action(column)
        if found is not None:
            return found
        new = self.column_def()
        if new.name[-1].lower() != column[-1].lower():
            raise self.error(
                start,
                "Renaming column is not supported in Hive-style ALTER COLUMN, please run RENAME COLUMN instead",
                "_LEGACY_ERROR_TEMP_0034",
                {"operation": "Renaming column", "command": "ALTER COLUMN", "msg": "please run RENAME COLUMN instead"},
            )
        return "change column", (column, new)

    def set_properties(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """SET TBLPROPERTIES (...)."""
        return "properties", (self.properties(),)

    def default_collation(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """DEFAULT COLLATION name."""
        return "collation", (self.collation(),)

    def unset_properties(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """UNSET TBLPROPERTIES (...)."""
        missing = self.if_exists()
        return "unset properties", (tuple(key for key, _ in self.properties()), missing)

    def set_location(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """SET LOCATION '...'."""
        return "location", (partition, self.string())

    def set_serde(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """SET SERDE 'class' or SET SERDEPROPERTIES (...)."""
        if self.tokens[self.place - 1].key == "SERDEPROPERTIES":
            return "serde", (partition, None, self.properties())
        name = self.string()
        return "serde", (partition, name, self.properties() if self.accept("WITH", "SERDEPROPERTIES") else ())

    def add_partitions(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """ADD PARTITION (...) LOCATION '...'."""
        missing = self.if_missing()
        found = []
        while self.at("PARTITION"):
            spec = self.partition()
            found.append((spec, self.string() if self.accept("LOCATION") else None))
        if not found:
            self.fail()
        return "add partitions", (tuple(found), missing)

    def drop_partitions(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """DROP PARTITION (...)."""
        missing = self.if_exists()
        found = self.listed(self.partition)
        self.accept("PURGE")
        return "drop partitions", (tuple(found), missing)

    def recover(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """RECOVER PARTITIONS."""
        return "recover", ()

    def cluster(self, partition: c.Partition) -> tuple[str, tuple[Any, ...]]:
        """CLUSTER BY (...) or NONE."""
        if self.accept("NONE"):
            return "cluster", ((),)
        self.expect("(")
        columns = tuple(".".join(one) for one in self.listed(self.parts))
        self.expect(")")
        return "cluster", (columns,)

    # --- others -------------------------------------------------------------------------------------------------------

    def drop(self) -> Any:
        """DROP anything."""
        start = self.token
        temporary = self.accept("TEMPORARY")
        if not temporary and self.at("VARIABLE"):
            self.fail()
        if temporary and self.accept("VAR"):
            exists = self.if_exists()
            return c.Drop("variable", self.parts(), exists, temporary=True)
        kind = self.expect_any(
            "TABLE", "VIEW", "DATABASE", "SCHEMA", "NAMESPACE", "FUNCTION", "VARIABLE", "INDEX", "ROLE", "MACRO"
        )
        if kind in ("INDEX", "ROLE", "MACRO"):
            raise self.error(
                start, f"Operation not allowed: DROP {kind}", "_LEGACY_ERROR_TEMP_0035", {"message": f"DROP {kind}"}
            )
        exists = self.if_exists()
        named = self.token
        parts = self.parts()
        if kind == "FUNCTION" and temporary and len(parts) > 1:
            raise self.unqualified(named, parts)
        self.accept("PURGE")
        cascade = self.accept_any("CASCADE", "RESTRICT") == "CASCADE"
        name = {"SCHEMA": "database", "NAMESPACE": "database"}.get(kind, kind.lower())
        return c.Drop(name, parts, exists, cascade, temporary)

    def truncate(self) -> Any:
        """TRUNCATE TABLE."""
        return c.Truncate(self.parts(), self.partition())

    def comment_on(self) -> Any:
        """COMMENT ON TABLE t IS '...'."""
        kind = self.expect_any("TABLE", "DATABASE", "SCHEMA", "NAMESPACE")
        parts = self.parts()
        self.expect("IS")
        text = None if self.accept("NULL") else self.string()
        return c.Comment("table" if kind == "TABLE" else "database", parts, text)


_ACTIONS: dict[tuple[str, ...], Any] = {
    ("RENAME", "TO"): AlterParser.rename,
    ("RENAME", "COLUMN"): AlterParser.rename_column,
    ("ADD", "COLUMNS"): AlterParser.add_columns,
    ("ADD", "COLUMN"): AlterParser.add_columns,
    ("REPLACE", "COLUMNS"): AlterParser.replace_columns,
    ("DROP", "COLUMNS"): AlterParser.drop_columns,
    ("DROP", "COLUMN"): AlterParser.drop_columns,
    ("ALTER",): AlterParser.alter_column,
    ("CHANGE",): AlterParser.change_column,
    ("SET", "TBLPROPERTIES"): AlterParser.set_properties,
    ("UNSET", "TBLPROPERTIES"): AlterParser.unset_properties,
    ("SET", "LOCATION"): AlterParser.set_location,
    ("SET", "SERDE"): AlterParser.set_serde,
    ("SET", "SERDEPROPERTIES"): AlterParser.set_serde,
    ("ADD",): AlterParser.add_partitions,
    ("DROP",): AlterParser.drop_partitions,
    ("RECOVER", "PARTITIONS"): AlterParser.recover,
    ("CLUSTER", "BY"): AlterParser.cluster,
    ("DEFAULT", "COLLATION"): AlterParser.default_collation,
}
