"""The check between two events: thorough when asked, and never long after the last thorough one."""

from __future__ import annotations

import pytest

from minispark.engine.core.errors import InternalError
from minispark.engine.scheduler.books import Books
from minispark.engine.scheduler.invariants import THOROUGH_EVERY, Checker
from minispark.engine.scheduler.policy import SchedulerPolicy


def checked_books() -> tuple[Books, Checker]:
    """Books in which nothing runs, with all workers still to come."""
    books = Books(SchedulerPolicy(slots=2))
    checker = Checker(books)
    checker.check(thorough=True)
    return books, checker


def test_what_no_event_tells_of_is_found_by_a_thorough_check():
    books, checker = checked_books()
    books.restored[0] = 1
    with pytest.raises(InternalError, match="left behind"):
        checker.check(thorough=True)


def test_what_no_event_tells_of_is_found_within_two_dozen_events():
    books, checker = checked_books()
    books.restored[0] = 1
    for _ in range(THOROUGH_EVERY - 1):
        checker.check(thorough=False)
    with pytest.raises(InternalError, match="left behind"):
        checker.check(thorough=False)
    assert THOROUGH_EVERY == 24
