"""What a session's settings mean for reading SQL."""

from __future__ import annotations

from typing import Any

from minispark.sql.parsing.cursor import Settings


def parse_settings(session: Any, **more: Any) -> Settings:
    """The rules to read by; ``more`` are parameters and the like."""
    quoted = str(session.conf.get("spark.sql.ansi.doubleQuotedIdentifiers", "false")).lower() == "true"
    local = str(session.conf.get("spark.sql.timestampType", "")).upper() == "TIMESTAMP_NTZ"
    calendar = str(session.conf.get("spark.sql.legacy.interval.enabled", "false")).lower() == "true"
    binding = str(session.conf.get("spark.sql.legacy.viewSchemaBindingMode", "true")).lower() == "true"
    legacy = str(session.conf.get("spark.sql.legacy.identifierClause", "false")).lower() == "true"
    patterns = str(session.conf.get("spark.sql.parser.quotedRegexColumnNames", "false")).lower() == "true"

    def constant(expression: Any) -> Any:
        from minispark.sql.parsing.organizing import constant_literal

        return constant_literal(session._planner(), expression)

    return Settings(
        session._zone,
        quoted,
        local_timestamps=local,
        calendar_intervals=calendar,
        view_binding=binding,
        legacy_identifier=legacy,
        regex_columns=patterns,
        constant=constant,
        **more,
    )
