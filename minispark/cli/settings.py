"""``--conf K=V``: settings of the context that a command makes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from minispark.engine.core.config import require_known_key
from minispark.engine.core.errors import ConfigurationError


def add_conf_option(parser: argparse.ArgumentParser) -> None:
    """Declare the option."""
    parser.add_argument("--conf", "-c", action="append", default=[], metavar="K=V", help="a setting; may be repeated")


def parse_settings(texts: Iterable[str]) -> dict[str, str]:
    """The settings, the last of each key. Raises ConfigurationError for one that cannot be meant.

    >>> parse_settings(["spark.ui.showConsoleProgress=false", "spark.app.name=a=b"])
    {'spark.ui.showConsoleProgress': 'false', 'spark.app.name': 'a=b'}
    """
    settings = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise ConfigurationError(f"--conf {text}: KEY=VALUE is needed")
        require_known_key(key)
        settings[key] = value
    return settings
