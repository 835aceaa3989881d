"""The inner loops of combining and grouping by key, shared by both sides of a shuffle."""

from __future__ import annotations

from collections import _count_elements, defaultdict  # type: ignore[attr-defined]  # Counter's loop in C
from collections.abc import Callable, Iterable
from typing import Any

from minispark.engine.shuffle.mistakes import MISSING, first_unhashable, mistake_in
from minispark.engine.shuffle.recognised import is_addition, is_identity

Combiners = dict[Any, Any]
Groups = defaultdict[Any, list[Any]]
Fold = Callable[[Combiners, Iterable[Any]], Any]
"""Folds pairs into combiners by key. Returns the last key, MISSING if there were no pairs."""


def make_fold(create: Callable[[Any], Any] | None, merge: Callable[[Any, Any], Any]) -> Fold:
    """The loop for these functions. ``create`` None stands for the value itself."""
    if create is not None and not is_identity(create):
        return _folding(create, merge)
    return _adding(merge) if is_addition(merge) else _merging(merge)


def _adding(merge: Callable[[Any, Any], Any]) -> Fold:
    def fold(combiners: Combiners, pairs: Iterable[Any]) -> Any:
        key = value = MISSING
        try:
            for key, value in pairs:
                if key in combiners:
                    combiners[key] = combiners[key] + value  # += would change a list that the user may still hold
                else:
                    combiners[key] = value
        except (TypeError, ValueError) as error:
            mistake = mistake_in(error, key, value)
            if mistake is not None:
                raise mistake from None
            if key in combiners and error.__traceback__.tb_next is None:  # type: ignore[union-attr]  # raised
                merge(combiners[key], value)  # if it was the addition, it raises again from the user's own line
            raise
        return key

    return fold


def _merging(merge: Callable[[Any, Any], Any]) -> Fold:
    def fold(combiners: Combiners, pairs: Iterable[Any]) -> Any:
        key = value = MISSING
        try:
            for key, value in pairs:
                if key in combiners:
                    combiners[key] = merge(combiners[key], value)
                else:
                    combiners[key] = value
        except (TypeError, ValueError) as error:
            mistake = mistake_in(error, key, value)
            if mistake is not None:
                raise mistake from None
            raise
        return key

    return fold


def _folding(create: Callable[[Any], Any], merge: Callable[[Any, Any], Any]) -> Fold:
    def fold(combiners: Combiners, pairs: Iterable[Any]) -> Any:
        key = value = MISSING
        try:
            for key, value in pairs:
                if key in combiners:
                    combiners[key] = merge(combiners[key], value)
                else:
                    combiners[key] = create(value)
        except (TypeError, ValueError) as error:
            mistake = mistake_in(error, key, value)
            if mistake is not None:
                raise mistake from None
            raise
        return key

    return fold


def count_keys(counts: dict[Any, int], keys: list[Any]) -> None:
    """Add how often each key occurs, in C: what folding pairs ``(key, 1)`` by addition comes to."""
    try:
        _count_elements(counts, keys)
    except TypeError as error:
        raise first_unhashable(keys) or error from None


def collect(groups: Groups, pairs: Iterable[Any]) -> Any:
    """Append each value to its key's list. Returns the last key, MISSING if there were no pairs."""
    key = value = MISSING
    try:
        for key, value in pairs:
            groups[key].append(value)
    except (TypeError, ValueError) as error:
        mistake = mistake_in(error, key, value)
        if mistake is not None:
            raise mistake from None
        raise
    return key
