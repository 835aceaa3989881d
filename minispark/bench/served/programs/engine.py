"""What ``on_NAME`` modules give to ``serve``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Engine:
    """A started engine: its version, the programs that it can express, and the arguments for one of a given name
    (the context, say), whose making is not measured."""

    version: str
    programs: Iterable[Callable[..., Any]]
    arguments: Callable[[str], tuple[Any, ...]]
