"""Variables in SQL texts: ``${key}`` stands for a setting, ``${env:HOME}`` for one of the environment's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from minispark.errors import IllegalArgumentException

_REFERENCE = re.compile(r"\$\{(?:(\w+?):)?(\S+?)\}", re.ASCII)
_OF_SETTINGS = (None, "spark", "sparkconf", "hivevar", "hiveconf")


def substituted(session: Any, text: str) -> str:
    """The text with what its variables stand for, as long as ``spark.sql.variable.substitute`` says so; a setting that
    is not there is nothing, other variables that are not there stay. Raises IllegalArgumentException for a circle."""
    if "${" not in text or not session.conf.flag("spark.sql.variable.substitute"):
        return text
    return _replaced(session, text, ())


def _replaced(session: Any, text: str, open_names: tuple[str, ...]) -> str:
    def one(found: re.Match[str]) -> str:
        prefix, name = found.groups()
        whole = f"{prefix}:{name}" if prefix else name
        if whole in open_names:
            raise IllegalArgumentException(f"the variable {whole} stands for itself in {text!r:.200}")
        meant = _meant(session, prefix, name)
        return found.group() if meant is None else _replaced(session, meant, (*open_names, whole))

    return _REFERENCE.sub(one, text)


def _meant(session: Any, prefix: str | None, name: str) -> str | None:
    if prefix in _OF_SETTINGS:
        return session.conf.get(name, "") or ""
    import os

    if prefix == "env":
        return os.environ.get(name)
    return _system(name) if prefix == "system" else None


def _system(name: str) -> str | None:
    """Those of Java's properties that say something of this process."""
    import getpass
    import os
    import platform
    import tempfile

    known: dict[str, Callable[[], str]] = {
        "user.name": getpass.getuser,
        "user.home": lambda: os.path.expanduser("~"),
        "user.dir": os.getcwd,
        "java.io.tmpdir": tempfile.gettempdir,
        "os.name": platform.system,
        "file.separator": lambda: os.sep,
        "path.separator": lambda: os.pathsep,
        "line.separator": lambda: "\n",
    }
    return known[name]() if name in known else None
