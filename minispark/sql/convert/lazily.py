"""Arrow, loaded when a column is first made."""

from __future__ import annotations

from typing import Any

Column = Any
"""An Arrow array, or a chunked one. (Arrow's own type hints know less than half of what its arrays can do.)"""


Table = Any
"""An Arrow table."""


def arrow() -> Any:
    """The module ``pyarrow``; loading it takes a third of a second, so that nothing does before it must."""
    import pyarrow

    return pyarrow
