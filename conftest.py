"""What doctests and tests share. Doctests of the package have one context, ``sc``: examples need no boilerplate."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

collect_ignore_glob = ["minispark/bench/served/programs/on_*.py"]
"""Each imports an engine that is installed in an environment of its own."""


def pytest_collection_finish() -> None:
    """Nine thousand tests and all modules are here to stay: the collector, which the engine calls wherever memory is
    short, need not look at them each time (80 ms)."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _doctest_context() -> Iterator[Any]:
    from minispark import SparkContext

    with SparkContext("local[2]", "doctest") as context:
        yield context


@pytest.fixture(autouse=True)
def _doctest_names(request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]) -> None:
    """Gives an example that speaks of ``sc`` the shared context; the others do not start one."""
    examples = getattr(getattr(request.node, "dtest", None), "examples", ())
    if any("sc" in _words(example.source) for example in examples):
        doctest_namespace["sc"] = request.getfixturevalue("_doctest_context")


def _words(source: str) -> set[str]:
    return set("".join(c if c.isidentifier() or c.isdigit() else " " for c in source).split())
