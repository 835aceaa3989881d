"""How many random programs are run, and on what. ``pytest tests/properties --hypothesis-profile=thorough`` for many."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings

from minispark import SparkConf, SparkContext

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
settings.register_profile(
    "default", max_examples=300, derandomize=True, deadline=None, print_blob=True, suppress_health_check=QUIET
)
settings.register_profile(
    "thorough", max_examples=20_000, derandomize=False, deadline=None, print_blob=True, suppress_health_check=QUIET
)
settings.load_profile("default")


@pytest.fixture(scope="module")
def make_context() -> Iterator[Callable[..., SparkContext]]:
    """Gives a context of this master and these settings, the same as long as the same is asked for."""
    made: dict[object, SparkContext] = {}

    def make(master: str, **options: str) -> SparkContext:
        wanted = (master, tuple(options.items()))
        if wanted not in made:
            while made:
                made.popitem()[1].stop()
            conf = SparkConf().setMaster(master).set("spark.ui.showConsoleProgress", "false")
            made[wanted] = SparkContext(conf=conf.setAll((k.replace("_", "."), v) for k, v in options.items()))
        return made[wanted]

    yield make
    for context in made.values():
        context.stop()
