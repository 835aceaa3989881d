"""Doctests of the package share one context, ``sc``, so that an example needs no boilerplate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

collect_ignore_glob = ["minispark/bench/served/programs/on_*.py"]
"""Each imports an engine that is installed in an environment of its own."""


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
