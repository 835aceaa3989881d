"""What a session's settings mean for reading SQL."""

from __future__ import annotations

from typing import Any

from minispark.sql.parsing.cursor import Settings


def parse_settings(session: Any, **more: Any) -> Settings:
    """The rules to read by; ``more`` are parameters and the like."""
    conf = session.conf
    quoted = conf.flag("spark.sql.ansi.doubleQuotedIdentifiers")
    local = conf.meant("spark.sql.timestampType") == "TIMESTAMP_NTZ"
    calendar = conf.flag("spark.sql.legacy.interval.enabled")
    binding = conf.flag("spark.sql.legacy.viewSchemaBindingMode")
    legacy = conf.flag("spark.sql.legacy.identifierClause")
    patterns = conf.flag("spark.sql.parser.quotedRegexColumnNames")

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
