"""Where exceptions leave minispark for the user's program."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any, TypeVar, cast

from minispark.engine.runtime.raising import leave_users_frames

C = TypeVar("C", bound=type)


def users_boundary(cls: C) -> C:
    """Wrap every public method and property of ``cls``, inherited ones too, and its own ``__init__``, so that
    tracebacks show only frames of the user's.

    What is raised by a bug of ours keeps all of its frames.
    """
    if isinstance(made := vars(cls).get("__init__"), types.FunctionType):
        cls.__init__ = _wrapped(made)  # type: ignore[misc]  # of a class, which has no subclass yet
    for name in dir(cls):
        method = next(vars(base)[name] for base in cls.__mro__ if name in vars(base))
        if not name.startswith("_") and isinstance(method, types.FunctionType):
            setattr(cls, name, _wrapped(method))
        elif not name.startswith("_") and isinstance(method, property) and isinstance(method.fget, types.FunctionType):
            setattr(cls, name, method.getter(_wrapped(method.fget)))
    return cls


def _wrapped(method: types.FunctionType) -> Callable[..., Any]:
    @functools.wraps(method)
    def boundary(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except BaseException as error:
            leave_users_frames(error)
            raise  # without an argument it adds no frame

    # The outermost name of ours names the operator in call sites.
    function = cast("types.FunctionType", boundary)
    function.__code__ = function.__code__.replace(co_name=method.__name__)
    return function
