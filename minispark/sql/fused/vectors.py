"""Arrow columns as vectors of numpy, and back, without a copy where there need be none."""

from __future__ import annotations

from typing import Any

from minispark.sql.exact.vectors import Lists, Texts, Vector


def vector(column: Any) -> Vector | Texts | Lists:
    """The vector of an Arrow column, which may be in pieces."""
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
    return _of(column)


def _of(array: Any) -> Vector | Texts | Lists:
    import pyarrow as pa

    valid = None if array.null_count == 0 else array.is_valid().to_numpy(zero_copy_only=False)
    kind = array.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        offsets = _offsets(array, pa.types.is_large_list(kind))
        return Lists(offsets - offsets[0], _of(array.flatten() if valid is None else _inside(array, offsets)), valid)
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return _texts(array, valid, False)
    if pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        return _texts(array, valid, True)
    return Vector(_numbers(array), valid)


def _inside(array: Any, offsets: Any) -> Any:
    """The elements between the first and the last offset, those of null lists too."""
    return array.values[int(offsets[0]) : int(offsets[-1])]


def _offsets(array: Any, large: bool) -> Any:
    import numpy as np

    if len(array) == 0:
        return np.zeros(1, np.int64)
    found = np.frombuffer(array.buffers()[1], np.int64 if large else np.int32)
    return found[array.offset : array.offset + len(array) + 1].astype(np.int64)


def _texts(array: Any, valid: Any, large: bool) -> Texts:
    import numpy as np

    offsets = _offsets(array, large)
    buffer = array.buffers()[2]
    data = np.zeros(0, np.uint8) if buffer is None else np.frombuffer(buffer, np.uint8)
    return Texts(offsets, data, valid)


def _numbers(array: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    kind = array.type
    if pa.types.is_boolean(kind):
        return array.fill_null(False).to_numpy(zero_copy_only=False).astype(np.uint8)
    if pa.types.is_decimal(kind):
        words = kind.byte_width // 8
        if words == 0:
            found = np.frombuffer(array.buffers()[1], np.int32).astype(np.int64)
            return found[array.offset : array.offset + len(array)]
        found = np.frombuffer(array.buffers()[1], np.int64)
        return found[words * array.offset : words * (array.offset + len(array)) : words]
    if pa.types.is_date32(kind):
        kind = pa.int32()
    elif pa.types.is_temporal(kind):
        kind = pa.int64() if kind.bit_width == 64 else pa.int32()
    elif pa.types.is_null(kind):
        return np.zeros(len(array), np.int32)
    width = np.dtype(kind.to_pandas_dtype())
    if len(array) == 0:
        return np.zeros(0, width)
    return np.frombuffer(array.buffers()[1], width)[array.offset : array.offset + len(array)]


def arrow(found: Vector | Lists, kind: Any) -> Any:
    """An Arrow array of a type with a vector's numbers; decimals are read from doubles' shortest texts."""
    import pyarrow as pa

    missing = None if found.valid is None else ~found.valid
    if isinstance(found, Lists):
        items = arrow(found.items, kind.value_type)
        offsets = pa.array(found.offsets.astype("int32"))
        nulls: Any = None if missing is None else pa.array(missing)
        made: Any = pa.ListArray
        return made.from_arrays(offsets, items, kind, mask=nulls)
    if pa.types.is_decimal(kind) and found.values.dtype.kind == "f":
        return _decimals(found.values.tolist(), missing, kind)
    numbers: Any = pa.array(found.values, mask=missing)
    if numbers.type == kind:
        return numbers
    if found.values.dtype.kind == "f" and not pa.types.is_floating(kind):
        numbers = numbers.cast(pa.int64(), safe=False)
        numbers = numbers.cast(pa.int32()) if kind.bit_width == 32 else numbers
    return numbers.cast(kind, safe=False)


def _decimals(values: list[float], missing: Any, kind: Any) -> Any:
    from decimal import Decimal

    import pyarrow as pa

    gone = [False] * len(values) if missing is None else missing.tolist()
    unit = Decimal(1).scaleb(-kind.scale)
    return pa.array(
        [None if absent else Decimal(repr(item)).quantize(unit) for item, absent in zip(values, gone, strict=True)],
        kind,
    )
