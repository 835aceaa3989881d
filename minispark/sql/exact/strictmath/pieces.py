"""What fdlibm's functions are made of: the halves of a double, polynomials, branches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Array = Any  # numpy's


def high(x: Array) -> Array:
    """The upper 32 bits, signed, as 64 bit integers."""
    import numpy as np

    return x.view(np.int64) >> np.int64(32)


def with_high(x: Array, upper: Array) -> Array:
    """A number with other upper 32 bits (its lower ones stay)."""
    import numpy as np

    low = x.view(np.int64) & np.int64(0xFFFFFFFF)
    return (upper.astype(np.int64) << np.int64(32) | low).view(np.float64)


def of_high(upper: Array) -> Array:
    """The number of these upper 32 bits whose lower ones are 0."""
    import numpy as np

    return (upper.astype(np.int64) << np.int64(32)).view(np.float64)


def cut(x: Array) -> Array:
    """A number without its lower 32 bits."""
    import numpy as np

    return (x.view(np.int64) & np.int64(-0x100000000)).view(np.float64)


def polynomial(x: Array, coefficients: tuple[float, ...]) -> Array:
    """``c0 + x * (c1 + x * (c2 ...))``."""
    found: Array = coefficients[-1]
    for one in reversed(coefficients[:-1]):
        found = one + x * found
    return found


def pieces(x: Array, *branches: tuple[Array, Callable[[Array], Array]]) -> Array:
    """Each place's value by the first branch whose mask has it; NaN where none has."""
    import numpy as np

    found = np.full(x.shape, np.nan)
    left = np.ones(x.shape, bool)
    for mask, compute in branches:
        here = mask & left
        if here.all():
            return compute(x)
        if here.any():
            found[here] = compute(x[here])
            left &= ~here
    return found
