from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # workers find the test program on the driver's path

from executor_stage import KINDS, PROGRAM, Stage


@pytest.fixture
def make() -> Iterator[Callable[..., Stage]]:
    """Make a stage with an executor of the parametrized kind."""
    made: list[Stage] = []

    def make(kind: str, *arguments: object, **options: object) -> Stage:
        made.append(Stage(KINDS[kind](PROGRAM, *arguments, **options)))
        return made[-1]

    yield make
    for stage in made:
        stage.executor.close()


@pytest.fixture(params=KINDS)
def stage(request: pytest.FixtureRequest, make: Callable[..., Stage]) -> Stage:
    """Every kind of executor."""
    return make(request.param)


@pytest.fixture(params=["forked", "spawned"])
def processes(request: pytest.FixtureRequest, make: Callable[..., Stage]) -> Stage:
    """Every kind whose workers are processes."""
    return make(request.param)


@pytest.fixture
def forked(make: Callable[..., Stage]) -> Stage:
    return make("forked")
