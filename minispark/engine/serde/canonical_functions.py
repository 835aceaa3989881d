"""The canonical form of functions, classes and modules: by name where workers import them, else by what they hold."""

from __future__ import annotations

import functools
import os
import sys
import types
from collections.abc import Iterator
from typing import Any

from minispark.engine.core.errors import UncanonicalError
from minispark.engine.serde.canonical import Canonical, code_digest, register
from minispark.engine.serde.codefacts import CodeFacts, facts_of
from minispark.engine.serde.culprit import function_name, type_name
from minispark.engine.serde.modules import ABSENT, LOCAL, importable_name
from minispark.engine.serde.survey import Survey

_NOT_OF_THE_CLASS = {
    "__dict__", "__weakref__", "__module__", "__firstlineno__", "__static_attributes__", "_abc_impl",
    "__annotations_cache__",
}  # fmt: skip
_UNKNOWABLE = {
    ("minispark.rdd.piping", "_Pipe"): "it runs a command, of which only the name is known",
    ("importlib", "import_module"): "which modules that loads is known only when it runs",
}
_HEAP_TYPE = 1 << 9


def _function(canonical: Canonical, function: types.FunctionType) -> None:
    with canonical.at(f".{function_name(function)}"):
        named = importable_name(function)
        if named is not None:
            _by_name(canonical, *named)
            if canonical.modules.kind(named[0]) == LOCAL:
                _require_source(canonical, function, named[0])
            return
        facts = facts_of(function.__code__)
        if facts.unknowable:
            raise canonical.refuse(facts.unknowable)
        canonical.token("function", code_digest(function.__code__))
        if facts.environment:
            _environment(canonical)
        canonical.part(".__defaults__", function.__defaults__)
        canonical.part(".__kwdefaults__", function.__kwdefaults__)
        with canonical.at(".<closure>"):
            for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
                canonical.part(f".{name}", _content(cell))
        _attributes(canonical, function)
        _globals(canonical, function.__globals__, facts)
        package = function.__globals__.get("__package__") or ""
        for name in sorted(set(canonical.modules.imported(facts, str(package)))):
            with canonical.at(f" imports {name}"):
                _module_parts(canonical, name)


def _globals(canonical: Canonical, scope: dict[str, Any], facts: CodeFacts) -> None:
    """The globals that a function which travels by value takes along."""
    with canonical.at(".<globals>"):
        for name in facts.names:
            if name in scope:
                canonical.token("global", name)
                canonical.part(f".{name}", scope[name])


def _attributes(canonical: Canonical, function: types.FunctionType) -> None:
    attributes = vars(function)
    canonical.token("attributes", len(attributes))
    for name, item in attributes.items():
        canonical.token("attribute", name)
        canonical.part(f".{name}", item)
    if annotations := _annotations(function):
        try:
            own = canonical.fresh()
            own.put(annotations)
            canonical.token("annotations", own.digest())
        except UncanonicalError:  # nothing but introspection sees them
            canonical.token("annotations", *map(str, annotations))


def _annotations(function: types.FunctionType) -> dict[str, Any]:
    try:
        return dict(function.__annotations__)
    except Exception:  # from Python 3.14 on they are computed now, from names that need not be there
        return {}


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _EMPTY


class _Empty:
    """Stands for what a cell has not got yet."""


_EMPTY = _Empty


def _by_name(canonical: Canonical, module: str, name: str) -> None:
    """A function or class that workers import."""
    if (module, name) in _UNKNOWABLE:
        raise canonical.refuse(_UNKNOWABLE[module, name])
    _require_found(canonical, module)
    canonical.token("by name", module, name)
    _module_parts(canonical, module)


def _require_found(canonical: Canonical, module: str) -> None:
    if canonical.modules.kind(module) == ABSENT:
        raise canonical.refuse(
            f"module {module} was made while the program ran: where workers import it from is not known"
        )


def _module_parts(canonical: Canonical, name: str) -> None:
    """What a module is, and of the user's own ones the plain data that functions in them use: it may come from the
    environment."""
    modules = canonical.modules
    if name in canonical.told:
        return
    canonical.told.add(name)
    for part in modules.parts(name):
        canonical.token("module", *part)
    for reached in sorted(modules.reached(name)):
        if modules.kind(reached) == LOCAL:
            if (facts := modules.local(reached).facts) is not None and facts.environment:
                _environment(canonical)
            for constant, item in _constants(canonical, reached):
                canonical.token("constant", reached, constant)
                canonical.part(f".{constant}", item)


def _environment(canonical: Canonical) -> None:
    """All variables: which of them a function asks for is known only when it runs."""
    for name, text in sorted(os.environ.items()):
        canonical.token("variable", name, text)


def _constants(canonical: Canonical, name: str) -> Iterator[tuple[str, Any]]:
    facts = canonical.modules.local(name).facts
    scope = vars(sys.modules[name]) if name in sys.modules else {}
    for used in facts.names if facts is not None else ():
        if used in scope and not used.startswith("__") and Survey().add([scope[used]]):
            yield used, scope[used]


def _require_source(canonical: Canonical, function: types.FunctionType, module: str) -> None:
    """Refuse a function of a file that has changed since it was imported: workers may import either."""
    local = canonical.modules.local(module)
    spec = canonical.modules.origin(module)
    if local.codes and function.__code__.co_filename == spec and code_digest(function.__code__) not in local.codes:
        raise canonical.refuse(f"the file of module {module} has changed since it was imported")


def _class(canonical: Canonical, cls: type) -> None:
    with canonical.at(f".{cls.__name__}"):
        named = importable_name(cls)
        if named is not None:
            _by_name(canonical, *named)
            return
        if not cls.__flags__ & _HEAP_TYPE:
            canonical.token("built in", cls.__module__, cls.__qualname__)
            return
        canonical.token("class", cls.__name__)
        canonical.part(".__class__", type(cls))
        canonical.part(".__bases__", cls.__bases__)
        for name, item in vars(cls).items():
            if name not in _NOT_OF_THE_CLASS:
                canonical.token("member", name)
                canonical.part(f".{name}", item)


def _module(canonical: Canonical, module: types.ModuleType) -> None:
    name = module.__name__
    with canonical.at(f".{name}"):
        if name == "__main__" or sys.modules.get(name) is not module:
            raise canonical.refuse("a module that workers cannot import")
        _require_found(canonical, name)
        canonical.token("module itself", name)
        _module_parts(canonical, name)


def _builtin(canonical: Canonical, function: types.BuiltinFunctionType) -> None:
    """A function written in C, or a method of an object bound to it."""
    owner = function.__self__
    if owner is None or isinstance(owner, types.ModuleType):
        module = function.__module__ or "builtins"
        if module == "builtins" and function.__name__ in ("eval", "exec", "__import__"):
            raise canonical.refuse(f"{function.__name__} may run anything")
        canonical.token("builtin", module, function.__qualname__)
        _module_parts(canonical, module)
    else:
        canonical.token("builtin method", function.__name__)
        canonical.part(".__self__", owner)


def _descriptor(canonical: Canonical, item: Any) -> None:
    """A method or field of a class written in C, or a slot."""
    canonical.token("descriptor", type(item).__name__, item.__name__)
    canonical.part(".__objclass__", item.__objclass__)


def _bound(canonical: Canonical, method: types.MethodType) -> None:
    canonical.token("method")
    canonical.part("", method.__func__)
    canonical.part(".__self__", method.__self__)


def _slot_method(canonical: Canonical, method: types.MethodWrapperType) -> None:
    canonical.token("slot method", method.__name__)
    canonical.part(".__self__", method.__self__)


def _wrapped_method(canonical: Canonical, item: Any) -> None:
    canonical.token(type(item).__name__)
    canonical.part("", item.__func__)


def _property(canonical: Canonical, item: property) -> None:
    canonical.token("property")
    canonical.put((item.fget, item.fset, item.fdel))


def _cached_property(canonical: Canonical, item: functools.cached_property[Any]) -> None:
    canonical.token("cached_property", str(item.attrname))
    canonical.put(item.func)


def _lru_cache(canonical: Canonical, item: Any) -> None:
    named = importable_name(item)
    if named is not None:
        _by_name(canonical, *named)
        return
    canonical.token("lru_cache")
    canonical.put(item.cache_parameters())
    canonical.put(item.__wrapped__)


def _mapping(canonical: Canonical, item: types.MappingProxyType[Any, Any]) -> None:
    canonical.token("mappingproxy")
    canonical.put(dict(item))


def _cell(canonical: Canonical, cell: types.CellType) -> None:
    canonical.token("cell")
    canonical.put(_content(cell))


def _code(canonical: Canonical, code: types.CodeType) -> None:
    canonical.token("code", code_digest(code))


def _refuse(canonical: Canonical, item: Any) -> None:
    raise canonical.refuse(type_name(type(item)))


_DESCRIPTORS: tuple[type, ...] = (
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
)
_RUNNING: tuple[type, ...] = (types.FrameType, types.TracebackType, types.GeneratorType, types.CoroutineType)

for _kind in _DESCRIPTORS:
    register(_kind, _descriptor)
for _kind in _RUNNING:
    register(_kind, _refuse)
register(types.FunctionType, _function)
register(types.BuiltinFunctionType, _builtin)
register(types.MethodType, _bound)
register(types.MethodWrapperType, _slot_method)
register(types.ModuleType, _module, subclasses=True)
register(types.MappingProxyType, _mapping)
register(types.CellType, _cell)
register(types.CodeType, _code)
register(type, _class, subclasses=True)
register(staticmethod, _wrapped_method)
register(classmethod, _wrapped_method)
register(property, _property)
register(functools.cached_property, _cached_property)
register(functools._lru_cache_wrapper, _lru_cache)
