"""PySpark's serializers (``pyspark.serializers``), for programs that name one when they make a context.

The engine chooses for itself how each block of records is encoded, always exactly faithfully, so that a context accepts
any of these and is not changed by it. Each also turns an object into bytes and back, for programs that call it.
"""

from __future__ import annotations

import marshal
import pickle
from typing import Any


class Serializer:
    """Turns objects into bytes and back. A context takes the four below, not others derived from this."""

    def dumps(self, obj: Any) -> bytes:
        """The object as bytes."""
        raise NotImplementedError(f"{type(self).__name__} must define dumps(obj)")

    def loads(self, obj: bytes) -> Any:
        """The object that ``dumps`` was given."""
        raise NotImplementedError(f"{type(self).__name__} must define loads(obj)")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class PickleSerializer(Serializer):
    """The standard pickle.

    >>> serializer = PickleSerializer()
    >>> serializer.loads(serializer.dumps({"a": 1}))
    {'a': 1}
    """

    def dumps(self, obj: Any) -> bytes:
        return pickle.dumps(obj, pickle.HIGHEST_PROTOCOL)

    def loads(self, obj: bytes) -> Any:
        return pickle.loads(obj)


class CloudPickleSerializer(PickleSerializer):
    """Pickle that takes functions and classes of ``__main__`` by value."""

    def dumps(self, obj: Any) -> bytes:
        import cloudpickle  # heavy, and seldom needed here

        pickled: bytes = cloudpickle.dumps(obj, pickle.HIGHEST_PROTOCOL)
        return pickled


CPickleSerializer = CloudPickleSerializer


class MarshalSerializer(Serializer):
    """The interpreter's own format: faster, for builtin types only."""

    def dumps(self, obj: Any) -> bytes:
        return marshal.dumps(obj)

    def loads(self, obj: bytes) -> Any:
        return marshal.loads(obj)


STANDARD = (PickleSerializer, CloudPickleSerializer, MarshalSerializer)
