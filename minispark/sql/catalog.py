"""``spark.catalog``: databases, tables, views, functions and what is cached, as PySpark's calls name them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException, PySparkTypeError
from minispark.sql.catalogentries import (
    CatalogMetadata,
    Column,
    Database,
    Function,
    Table,
    TablePartition,
)
from minispark.sql.parsing.tablenames import table_name
from minispark.sql.types import StructType

if TYPE_CHECKING:
    from minispark.rdd.storagelevel import StorageLevel
    from minispark.sql.dataframe import DataFrame
    from minispark.sql.session import SparkSession
    from minispark.sql.sources.catalog import Catalog as Names
    from minispark.sql.sources.catalog import StoredFunction

_CATALOG = "spark_catalog"


__all__ = ["Catalog", "CatalogMetadata", "Column", "Database", "Function", "Table", "TablePartition"]


class Catalog:
    """What a session's names mean (``pyspark.sql.Catalog``); a database and ``spark_catalog`` may stand in front.

    >>> from minispark.sql import SparkSession
    >>> SparkSession.builder.getOrCreate().catalog.currentDatabase()
    'default'
    """

    def __init__(self, sparkSession: SparkSession) -> None:
        self._session = sparkSession

    @property
    def _names(self) -> Names:
        return self._session._catalog

    # --- catalogs and databases --------------------------------------------------------------------------------------

    def currentCatalog(self) -> str:
        """The catalog in use: ``spark_catalog``, the only one."""
        return _CATALOG

    def setCurrentCatalog(self, catalogName: str) -> None:
        """Use a catalog. Raises AnalysisException for any but ``spark_catalog``."""
        if catalogName != _CATALOG:
            raise AnalysisException(
                f"there is no catalog `{catalogName}`; there is only `{_CATALOG}`",
                "CATALOG_NOT_FOUND",
                {"catalogName": f"`{catalogName}`", "config": f"spark.sql.catalog.{catalogName}"},
            )

    def listCatalogs(self, pattern: str | None = None) -> list[CatalogMetadata]:
        """The catalogs whose names match a pattern (``a*|b*``)."""
        from minispark.sql.sources.catalog.catalog import matches

        return [CatalogMetadata(_CATALOG, None)] if matches(_CATALOG, pattern) else []

    def currentDatabase(self) -> str:
        """The database in use."""
        return self._names.current

    def setCurrentDatabase(self, dbName: str) -> None:
        """Use a database. Raises AnalysisException (SCHEMA_NOT_FOUND)."""
        self._names.use(_database(dbName))

    def listDatabases(self, pattern: str | None = None) -> list[Database]:
        """The databases whose names match a pattern, by name."""
        return [_as_database(one) for one in self._names.databases(pattern)]

    def getDatabase(self, dbName: str) -> Database:
        """A database. Raises AnalysisException (SCHEMA_NOT_FOUND)."""
        return _as_database(self._names.database(_database(dbName)))

    def databaseExists(self, dbName: str) -> bool:
        """Whether there is such a database."""
        parts = table_name(dbName)
        return (len(parts) == 1 or parts[0].lower() == _CATALOG) and self._names.has_database(parts[-1])

    def createDatabase(self, dbName: str, ifNotExists: bool = False, properties: dict[str, str] | None = None) -> None:
        """Make a database; ``comment`` and ``location`` among the properties are its own."""
        rest = dict(properties or {})
        comment, location = rest.pop("comment", ""), rest.pop("location", None)
        self._names.create_database(_database(dbName), comment, location, tuple(rest.items()), ifNotExists)

    def dropDatabase(self, dbName: str, ifExists: bool = False, cascade: bool = False) -> None:
        """Drop a database, with what is in it if ``cascade``."""
        self._names.drop_database(_database(dbName), ifExists, cascade)

    # --- tables and views --------------------------------------------------------------------------------------------

    def listTables(self, dbName: str | None = None, pattern: str | None = None) -> list[Table]:
        """The tables and views of a database (the current one), temporary views too, whose names match a pattern."""
        database = self._names.current if dbName is None else _database(dbName)
        return [_as_table(one) for one in self._names.tables(database, pattern)]

    def listViews(self, dbName: str | None = None, pattern: str | None = None) -> list[Table]:
        """As ``listTables``, the views only."""
        return [one for one in self.listTables(dbName, pattern) if one.tableType in ("VIEW", "TEMPORARY")]

    def getTable(self, tableName: str) -> Table:
        """A table or view. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
        return _as_table(self._names.lookup(table_name(tableName), command=True))

    def tableExists(self, tableName: str, dbName: str | None = None) -> bool:
        """Whether there is a table or view of the name."""
        return self._names.exists(_with_database(tableName, dbName, "tableExists"))

    def listColumns(self, tableName: str, dbName: str | None = None) -> list[Column]:
        """The columns of a table or view. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
        found: Any = self._names.lookup(_with_database(tableName, dbName, "listColumns"), command=True)
        schema = found.schema if hasattr(found, "schema") else self._session._frame(found.plan).schema
        partitions = {name.lower() for name in getattr(found, "partitions", ())}
        buckets = getattr(found, "buckets", None)
        bucketed = {name.lower() for name in buckets.columns} if buckets is not None else set()
        clustered = {name.lower() for name in getattr(found, "cluster", ())}
        return [
            Column(
                field.name,
                (field.metadata or {}).get("comment"),
                field.dataType.simpleString(),
                field.nullable,
                field.name.lower() in partitions,
                field.name.lower() in bucketed,
                field.name.lower() in clustered,
            )
            for field in schema.fields
        ]

    def createTable(
        self,
        tableName: str,
        path: str | None = None,
        source: str | None = None,
        schema: StructType | None = None,
        description: str | None = None,
        **options: str,
    ) -> DataFrame:
        """Make a table of files of a format: at a path an external one, else a managed one, which needs a schema.

        Raises PySparkTypeError for a schema of another type, AnalysisException where the table exists.
        """
        from minispark.sql.commands.tables import create_table
        from minispark.sql.parsing.commands import CreateTable

        if schema is not None and not isinstance(schema, StructType):
            raise PySparkTypeError(
                f"schema must be a StructType, not {schema!r:.200}",
                "NOT_EXPECTED_TYPE",
                {"arg_name": "schema", "expected_type": "struct type", "arg_type": type(schema).__name__},
            )
        location = path if path is not None else options.pop("path", None)
        provider = source or self._session.conf.get("spark.sql.sources.default", "parquet")
        command = CreateTable(
            table_name(tableName),
            _definitions(schema),
            provider,
            tuple((name, str(text)) for name, text in options.items()),
            location=location,
            comment=description or None,
        )
        create_table(self._session, command)
        return self._session.table(tableName)

    def createExternalTable(
        self,
        tableName: str,
        path: str | None = None,
        source: str | None = None,
        schema: StructType | None = None,
        **options: str,
    ) -> DataFrame:
        """Deprecated: ``createTable``."""
        warnings.warn("createExternalTable is deprecated; use createTable instead", FutureWarning, stacklevel=2)
        return self.createTable(tableName, path, source, schema, **options)

    def dropTable(self, tableName: str, ifExists: bool = False, purge: bool = False) -> None:
        """Drop a table, its files too if managed; they are gone at once, with ``purge`` or without."""
        self._forget(tableName)
        self._names.drop_table(table_name(tableName), ifExists)

    def dropView(self, viewName: str, ifExists: bool = False) -> None:
        """Drop a view."""
        self._forget(viewName)
        self._names.drop_table(table_name(viewName), ifExists, view=True)

    def dropTempView(self, viewName: str) -> bool:
        """Forget a temporary view; whether there was one."""
        return self._names.drop_view(viewName)

    def dropGlobalTempView(self, viewName: str) -> bool:
        """Forget a global temporary view; whether there was one."""
        return self._names.drop_view(viewName, is_global=True)

    def getTableProperties(self, tableName: str) -> dict[str, str]:
        """A table's properties."""
        return {row[0]: row[1] for row in self._session.sql(f"SHOW TBLPROPERTIES {_quoted(tableName)}").collect()}

    def getCreateTableString(self, tableName: str, asSerde: bool = False) -> str:
        """The statement that makes the table; ``asSerde`` in Hive's terms."""
        ending = " AS SERDE" if asSerde else ""
        text: str = self._session.sql(f"SHOW CREATE TABLE {_quoted(tableName)}{ending}").collect()[0][0]
        return text

    def listPartitions(self, tableName: str) -> list[TablePartition]:
        """A table's partitions. Raises AnalysisException for a table without."""
        rows = self._session.sql(f"SHOW PARTITIONS {_quoted(tableName)}").collect()
        return [TablePartition(row[0]) for row in rows]

    def recoverPartitions(self, tableName: str) -> None:
        """Take the partitions that lie in a table's directory into the catalog."""
        self._session.sql(f"MSCK REPAIR TABLE {_quoted(tableName)}")
        self.refreshTable(tableName)

    def truncateTable(self, tableName: str) -> None:
        """Delete a table's rows."""
        self._session.sql(f"TRUNCATE TABLE {_quoted(tableName)}")

    def analyzeTable(self, tableName: str, noScan: bool = False) -> None:
        """Count a table's rows and bytes, only the bytes with ``noScan``."""
        ending = " NOSCAN" if noScan else ""
        self._session.sql(f"ANALYZE TABLE {_quoted(tableName)} COMPUTE STATISTICS{ending}")

    # --- functions ---------------------------------------------------------------------------------------------------

    def listFunctions(self, dbName: str | None = None, pattern: str | None = None) -> list[Function]:
        """Spark's functions, those of a database (the current one) and temporary ones, whose names match a pattern."""
        from minispark.sql.commands.functiontexts import function_names
        from minispark.sql.sources.catalog.catalog import matches

        database = None if dbName is None else self._names.database(_database(dbName)).name
        stored = {one.name: one for one in self._names.functions(database)}
        names = {*function_names(self._session, "SYSTEM"), *self._session._functions, *stored}
        return [self._function(name, stored.get(name)) for name in sorted(names) if matches(name, pattern)]

    def functionExists(self, functionName: str, dbName: str | None = None) -> bool:
        """Whether there is a function of the name."""
        parts = _with_database(functionName, dbName, "functionExists")
        return self._names.function(parts) is not None or (len(parts) == 1 and self._known(parts[0].lower()))

    def getFunction(self, functionName: str) -> Function:
        """A function. Raises AnalysisException (UNRESOLVED_ROUTINE)."""
        from minispark.sql.commands.routines import unresolved

        parts = table_name(functionName)
        stored = self._names.function(parts)
        if stored is None and not (len(parts) == 1 and self._known(parts[0].lower())):
            raise unresolved(parts)
        return self._function(parts[-1].lower(), stored)

    def registerFunction(self, name: str, f: Any, returnType: Any = None) -> Any:
        """Deprecated: ``spark.udf.register``."""
        warnings.warn("registerFunction is deprecated; use spark.udf.register instead", FutureWarning, stacklevel=2)
        return self._session.udf.register(name, f, returnType)

    def _known(self, name: str) -> bool:
        from minispark.sql.library import lookup

        return name in self._session._functions or lookup(name) is not None

    def _function(self, name: str, stored: StoredFunction | None) -> Function:
        if stored is not None and stored.database is not None:
            kind = stored.text or ""
            return Function(name, _CATALOG, [stored.database], stored.comment or "N/A.", kind, False)
        if stored is not None or name in self._session._functions:
            return Function(name, None, None, "N/A.", "org.apache.spark.sql.catalyst.expressions.PythonUDF", True)
        from minispark.sql.commands.functiontexts import _usage

        return Function(name, None, None, _usage(name), f"minispark.sql.library.{name}", True)

    # --- what is cached ----------------------------------------------------------------------------------------------

    def isCached(self, tableName: str) -> bool:
        """Whether a table's or view's rows are kept. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
        from minispark.sql.kepttables import is_kept

        return is_kept(self._session, table_name(tableName))

    def cacheTable(self, tableName: str, storageLevel: StorageLevel | None = None) -> None:
        """Keep a table's or view's rows from the next query on. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
        from minispark.sql.kepttables import keep

        keep(self._session, table_name(tableName), storageLevel)

    def uncacheTable(self, tableName: str) -> None:
        """Keep a table's or view's rows no longer. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
        from minispark.sql.kepttables import release

        release(self._session, table_name(tableName))

    def clearCache(self) -> None:
        """Keep nothing any longer."""
        self._session._kept.clear()

    def refreshTable(self, tableName: str) -> None:
        """Look at a table's files anew: what was kept of them is read again when it is asked for."""
        from minispark.sql.kepttables import refresh

        refresh(self._session, table_name(tableName))

    def refreshByPath(self, path: str) -> None:
        """As ``refreshTable``, for all tables with files below a path."""
        from minispark.sql.kepttables import refresh_path

        refresh_path(self._session, path)

    def _forget(self, name: str) -> None:
        from minispark.sql.kepttables import forget

        forget(self._session, table_name(name))


def _database(name: str) -> str:
    from minispark.sql.commands.databases import database_name

    return database_name(table_name(name))


def _with_database(name: str, database: str | None, method: str) -> tuple[str, ...]:
    if database is None:
        return table_name(name)
    warnings.warn(
        f"dbName of {method} is deprecated; write {method}(`dbName.name`) instead", FutureWarning, stacklevel=3
    )
    return (*table_name(database), *table_name(name))


def _quoted(name: str) -> str:
    return ".".join(f"`{part.replace('`', '``')}`" for part in table_name(name))


def _as_database(one: Any) -> Database:
    place = one.location
    return Database(one.name, _CATALOG, one.comment, place if ":" in place else f"file:{place}")


def _as_table(one: Any) -> Table:
    if hasattr(one, "plan"):
        return Table(one.name, None, list(one.path[:-1]), one.comment, "TEMPORARY", True)
    return Table(one.name, _CATALOG, [one.database], one.comment, one.kind, False)


def _definitions(schema: StructType | None) -> tuple[Any, ...]:
    from minispark.sql.parsing.commands import ColumnDef

    if schema is None:
        return ()
    return tuple(
        ColumnDef((field.name,), field.dataType, field.nullable, (field.metadata or {}).get("comment"))
        for field in schema.fields
    )
