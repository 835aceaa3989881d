"""What tests of every part share."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable

import pytest

Opened = Callable[[], list[str]]


def open_descriptors() -> set[tuple[str, str]]:
    """This process's open descriptors as (number, what it leads to)."""
    found = set()
    for number in os.listdir("/proc/self/fd"):
        try:
            found.add((number, os.readlink(f"/proc/self/fd/{number}")))
        except FileNotFoundError:
            continue  # the listing's own
    return found


@pytest.fixture
def mark_descriptors() -> Callable[[], Opened]:
    """Call it, and what it returns lists what has been opened since and is open still.

    A count would also fall by what tests before have left behind and the collector takes away meanwhile.
    """

    def mark() -> Opened:
        gc.collect()
        before = open_descriptors()
        return lambda: sorted(target for _, target in open_descriptors() - before)

    return mark
