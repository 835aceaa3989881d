"""Columns of doubles as Java writes them."""

from __future__ import annotations

from typing import Any

from minispark.sql.exact.jsontext import double_text


def double_texts(column: Any, quote: bool = False) -> Any:
    """The texts of an Arrow array of doubles. With ``quote`` those that are no numbers are in quotes.

    Arrow finds the same shortest digits; it leaves ``.0`` out, and uses exponents for other numbers.

    >>> import pyarrow
    >>> double_texts(pyarrow.array([1.0, 1e7, -0.0, None, float("nan"), 0.001]), quote=True).to_pylist()
    ['1.0', '1.0E7', '-0.0', None, '"NaN"', '0.001']
    """
    from typing import cast

    import pyarrow as pa
    import pyarrow.compute

    pc = cast("Any", pyarrow.compute)
    texts = column.cast(pa.string())
    whole = pc.invert(pc.match_substring(texts, "."))
    texts = pc.if_else(whole, pc.binary_join_element_wise(texts, ".0", ""), texts)
    size = pc.abs(column)
    usual = pc.or_(pc.equal(size, 0.0), pc.and_(pc.greater_equal(size, 1e-3), pc.less(size, 1e7)))
    odd: Any = pc.invert(usual)
    odd = odd.fill_null(False)
    if not pc.any(odd, min_count=0).as_py():
        return texts
    made = [double_text(item) for item in column.filter(odd).to_pylist()]
    if quote:
        made = [f'"{text}"' if text[-1] in "Ny" else text for text in made]
    return pc.replace_with_mask(texts, odd, pa.array(made, pa.string()))
