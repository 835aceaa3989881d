"""The kinds of joins, by the names that Spark gives them."""

from __future__ import annotations

from typing import Any, Literal, cast

Kind = Literal["inner", "left", "right", "full", "semi", "anti"]

_ALIASES = {
    "inner": ("inner",),
    "left": ("left", "leftouter", "left_outer"),
    "right": ("right", "rightouter", "right_outer"),
    "full": ("full", "outer", "fullouter", "full_outer"),
    "semi": ("semi", "leftsemi", "left_semi"),
    "anti": ("anti", "leftanti", "left_anti"),
}
_KINDS = {alias.replace("_", ""): kind for kind, aliases in _ALIASES.items() for alias in aliases}


def join_kind(how: Any) -> Kind:
    """The kind of join that ``how`` names. As for Spark, neither case nor underscores count.

    Raises ValueError that lists the names, for anything else.

    >>> join_kind("LEFT_OUTER"), join_kind("outer"), join_kind("leftsemi")
    ('left', 'full', 'semi')
    >>> join_kind("cross")
    Traceback (most recent call last):
    ValueError: Unsupported join type 'cross'. Supported join types: 'inner'; 'left', 'leftouter', 'left_outer'; ...
    """
    kind = _KINDS.get(how.lower().replace("_", "")) if isinstance(how, str) else None
    if kind is None:
        names = "; ".join(", ".join(map(repr, aliases)) for aliases in _ALIASES.values())
        cartesian = "; for every pair of records use rdd.cartesian" if how == "cross" else ""
        raise ValueError(f"Unsupported join type {how!r:.100}. Supported join types: {names}{cartesian}")
    return cast("Kind", kind)


def preserves_left(kind: Kind) -> bool:
    """Whether records of the left side stay that no record of the right side fits."""
    return kind in ("left", "full")


def preserves_right(kind: Kind) -> bool:
    """Whether records of the right side stay that no record of the left side fits."""
    return kind in ("right", "full")
