"""What a session's settings mean for reading SQL."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import replace
from minispark.sql.parsing.cursor import Settings


def parse_settings(session: Any, **more: Any) -> Settings:
    """The rules to read by; ``more`` are parameters and the like."""
    state = session.conf.version, session._zone
    known: tuple[Any, Settings] | None = session.__dict__.get("_parse_settings")
    if known is None or known[0] != state:
        known = session.__dict__["_parse_settings"] = state, _told(session)
    return replace(known[1], **more) if more else known[1]


def _told(session: Any) -> Settings:
    conf = session.conf
    legacy_, ansi = "spark.sql.legacy.", conf.flag("spark.sql.ansi.enabled")
    quoted = ansi and conf.flag("spark.sql.ansi.doubleQuotedIdentifiers")
    raw = conf.flag("spark.sql.parser.escapedStringLiterals")
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
        strings="escaped" if raw else "adjacent" if conf.flag(f"{legacy_}consecutiveStringLiterals.enabled") else "",
        exact_exponents=conf.flag(f"{legacy_}exponentLiteralAsDecimal.enabled"),
        count_of_star=conf.flag(f"{legacy_}allowStarWithSingleTableIdentifierInCount"),
        named_arguments=conf.flag("spark.sql.allowNamedFunctionArguments"),
        bang_is_not=conf.flag(f"{legacy_}bangEqualsNot"),
        equal_sets=conf.flag(f"{legacy_}setopsPrecedence.enabled"),
        joins_first=ansi and conf.flag("spark.sql.ansi.relationPrecedence"),
        pipes=conf.flag("spark.sql.operatorPipeSyntaxEnabled"),
        single_pipes=conf.flag("spark.sql.parser.singleCharacterPipeOperator.enabled"),
    )
