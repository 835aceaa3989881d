"""What a type's texts need and its values do not: named by path, imported when it is first asked for.

Reading and writing DDL, JSON and trees know all types, so that types cannot know them; and a program that never reads a
type's text shall not wait for the readers.
"""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any


@lru_cache(None)
def late(path: str) -> Any:
    """The function that ``module:name`` names, below ``minispark.sql``.

    >>> late("types.toddl:fields_ddl").__name__
    'fields_ddl'
    """
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(f"minispark.sql.{module}"), name)
