"""CREATE and ALTER DATABASE, USE."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.parsing import commands as c
from minispark.sql.sources.catalog.errors import too_many_parts


def database_name(parts: tuple[str, ...]) -> str:
    """The database that a name of one part, or of the catalog and one, means. Raises AnalysisException for others."""
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2 and parts[0].lower() == "spark_catalog":
        return parts[1]
    from minispark.sql.sources.catalog.errors import schema_missing

    raise schema_missing(".".join(parts))


def _create(session: Any, command: c.CreateDatabase) -> None:
    if len(command.name) > 1 and command.name[:-1] != ("spark_catalog",):
        raise too_many_parts(command.name)
    session._catalog.create_database(
        database_name(command.name), command.comment or "", command.location, command.properties, command.if_missing
    )


def _alter(session: Any, command: c.AlterDatabase) -> None:
    found = session._catalog.database(database_name(command.name))
    properties = {**dict(found.properties), **dict(command.properties)}
    location = found.location if command.location is None else command.location
    session._catalog.alter_database(replace(found, properties=tuple(properties.items()), location=location))


def _use(session: Any, command: c.Use) -> None:
    if not command.catalog:
        session._catalog.use(database_name(command.parts))
    elif command.parts[0].lower() != "spark_catalog":
        raise AnalysisException(
            f"there is no catalog `{command.parts[0]}`; there is only `spark_catalog`", "CATALOG_NOT_FOUND",
            {"catalogName": f"`{command.parts[0]}`", "config": f"spark.sql.catalog.{command.parts[0]}"},
        )  # fmt: skip


COMMANDS = {c.CreateDatabase: _create, c.AlterDatabase: _alter, c.Use: _use}
