"""Spark's settings of speculation: read once, refused where they cannot be meant."""

from __future__ import annotations

import pytest

from minispark.engine.core.config import parse_config
from minispark.engine.core.errors import ConfigurationError


def test_it_is_off_with_the_defaults_of_spark() -> None:
    config = parse_config({"spark.master": "local[2]"})
    assert not config.speculation
    assert (config.speculation_interval_seconds, config.speculation_run_seconds_min) == (0.1, 0.1)
    assert (config.speculation_multiplier, config.speculation_quantile) == (3.0, 0.9)


def test_a_bare_time_is_in_milliseconds() -> None:
    config = parse_config({"spark.speculation.interval": "250", "spark.speculation.minTaskRuntime": "2s"})
    assert (config.speculation_interval_seconds, config.speculation_run_seconds_min) == (0.25, 2.0)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("spark.speculation", "yes"),
        ("spark.speculation.interval", "soon"),
        ("spark.speculation.minTaskRuntime", "-1"),
        ("spark.speculation.multiplier", "0.5"),
        ("spark.speculation.multiplier", "inf"),
        ("spark.speculation.quantile", "1.1"),
        ("spark.speculation.quantile", "nan"),
    ],
)
def test_what_cannot_be_meant_is_an_error(key: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=key):
        parse_config({key: text})
