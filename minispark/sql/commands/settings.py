"""SET and RESET; statements that are refused."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException, ParseException
from minispark.sql.commands.results import frame
from minispark.sql.confdefaults import default_of
from minispark.sql.parsing import commands as c
from minispark.sql.sources.catalog.errors import quoted

_PAIRS = "key string not null, value string not null"


def _set(session: Any, command: c.SetKey) -> Any:
    conf = session.conf
    if command.key is None:
        rows = sorted(dict(conf.getAll).items())
        if command.verbose:
            return frame(session, f"{_PAIRS}, meaning string not null, `Since version` string not null",
                         [(key, text, "", "") for key, text in rows])  # fmt: skip
        return frame(session, _PAIRS, rows)
    if command.value is None:
        found = conf.get(command.key, default_of(command.key)[1])
        return frame(session, _PAIRS, [(command.key, "<undefined>" if found is None else found)])
    _no_variable(session, command.key)
    value = command.value
    if command.key.lower() == "spark.sql.session.timezone":
        value = _zone(value)
    conf.set(command.key, value)
    return frame(session, _PAIRS, [(command.key, value)])


def _no_variable(session: Any, key: str) -> None:
    """Raises AnalysisException where SET means a variable, which SET VARIABLE sets."""
    parts = tuple(key.split("."))
    names = tuple(part.lower() for part in parts)
    if names[:-1] in ((), ("session",), ("system", "session")) and names[-1] in session._variables:
        shown = quoted(parts)
        raise AnalysisException(
            f"{shown} is a VARIABLE; use SET VARIABLE", "UNSUPPORTED_FEATURE.SET_VARIABLE_USING_SET",
            {"variableName": shown},
        )  # fmt: skip


def _zone(name: str) -> str:
    """A time zone's name, or this machine's for none. Raises AnalysisException for one that is not there."""
    from minispark.errors import DateTimeException
    from minispark.sql.exact.zones import zone
    from minispark.sql.sessionplans import local_zone

    if not name:
        return local_zone()
    try:
        zone(name)
    except DateTimeException:
        raise AnalysisException(
            f"{name!r} is no time zone", "INVALID_CONF_VALUE.TIME_ZONE",
            {"confValue": name, "confName": "spark.sql.session.timeZone"},
        ) from None  # fmt: skip
    return name


def _reset(session: Any, command: c.Reset) -> None:
    if command.key is not None:
        session.conf.unset(command.key)
        return
    for key in list(session._settings):
        if session.conf.may_change(key):
            session.conf.unset(key)


def _unsupported(session: Any, command: c.Unsupported) -> None:
    kind = ParseException if command.parse else AnalysisException
    raise kind(command.message, command.condition, dict(command.parameters))


COMMANDS = {c.SetKey: _set, c.Reset: _reset, c.Unsupported: _unsupported}
