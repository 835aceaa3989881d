"""Processes that are like this one."""

from __future__ import annotations

import pytest

from minispark.engine.executors.interpreter import _free_numbers, worker_environment


@pytest.mark.parametrize("fds", [[3, 4, 5], [5, 4, 3], [3], [900, 4], [7, 3, 8, 4]])
def test_duplicates_never_overwrite_a_source(fds: list[int]) -> None:
    numbers = _free_numbers(fds)
    assert len(set(numbers)) == len(fds)
    assert not {*numbers} & {0, 1, 2, *fds}


@pytest.mark.parametrize(("given", "seed"), [(None, "5"), ("random", "5"), ("0", "0"), ("42", "42")])
def test_a_random_hash_seed_is_drawn_once_for_all_workers(
    given: str | None, seed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    if given is not None:
        monkeypatch.setenv("PYTHONHASHSEED", given)
    assert worker_environment(5)["PYTHONHASHSEED"] == seed
