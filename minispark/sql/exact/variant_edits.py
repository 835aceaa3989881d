"""Variants changed at a path: values inserted, set, appended and deleted, nulls stripped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.errors import SparkRuntimeException
from minispark.sql.exact.variant_encoding import NULL_VALUE, Keys, checked, of_array, of_object
from minispark.sql.exact.variant_reading import Variant, of_value
from minispark.sql.exact.variants import Physical, variant_maker, variant_path

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Steps = tuple[int | str, ...]
Make = Callable[[Any, Keys], bytes]


def path_steps(path: str, function: str, root: bool = False) -> Steps:
    """The steps of a path; ``root`` allows the whole variant. Raises SparkRuntimeException for what cannot be changed.

    >>> path_steps("$.a[0]", "variant_set")
    ('a', 0)
    """
    try:
        steps = variant_path(path, function)
    except SparkRuntimeException:
        steps = None
    if steps is None or not steps and not root:
        raise SparkRuntimeException(
            f"{path!r} is no place that {function} can change: it takes $ with steps such as .name, ['name'] or [0]",
            "INVALID_VARIANT_PATH",
            {"path": path, "functionName": f"`{function}`"},
        )
    return steps


def _shown(steps: Steps) -> str:
    return "$" + "".join([f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps])


class _Edit:
    """One change of one variant; ``function`` is its name in errors."""

    def __init__(self, function: str, steps: Steps) -> None:
        self.function = function
        self.steps = steps
        self.keys = Keys()

    def mismatch(self, place: int) -> SparkRuntimeException:
        return SparkRuntimeException(
            f"{self.function} cannot follow {_shown(self.steps)}: at {_shown(self.steps[:place])} is no such value",
            "VARIANT_PATH_TYPE_MISMATCH",
            {"path": _shown(self.steps), "functionName": f"`{self.function}`"},
        )

    def physical(self, value: bytes) -> Physical:
        """The changed variant."""
        return {"value": checked(value), "metadata": self.keys.metadata()}

    def missing(self, place: int, make: Callable[[], bytes]) -> bytes:
        """What is put where nothing is, from a step on: objects and arrays around the new value."""
        if place == len(self.steps):
            return make()
        step = self.steps[place]
        if isinstance(step, str):
            self.keys.number(step)
            return of_object([(step, self.missing(place + 1, make))], self.keys)
        return of_array([*[NULL_VALUE] * step, self.missing(place + 1, make)])

    def put(self, item: Variant, place: int, make: Callable[[], bytes], replace: bool, create: bool) -> bytes:
        """The item with the new value at the rest of the path."""
        step = self.steps[place]
        last = place == len(self.steps) - 1
        if isinstance(step, str):
            return self._put_member(item, step, place, last, make, replace, create)
        if item.kind != "array":
            raise self.mismatch(place)
        elements = item.elements()
        made: list[bytes] = []
        for at, element in enumerate(elements):
            if at != step:
                made.append(element.rebuilt(self.keys))
            elif not last:
                made.append(self.put(element, place + 1, make, replace, create))
            else:
                made.append(make())
                if not replace:
                    made.append(element.rebuilt(self.keys))
        if step >= len(elements) and create:
            made += [NULL_VALUE] * (step - len(elements))
            made.append(self.missing(place + 1, make))
        return of_array(made)

    def _put_member(
        self, item: Variant, step: str, place: int, last: bool, make: Callable[[], bytes], replace: bool, create: bool
    ) -> bytes:
        if item.kind != "object":
            raise self.mismatch(place)
        fields: list[tuple[str, bytes]] = []
        met = False
        for name, inner in item.fields():
            self.keys.number(name)
            if name != step:
                fields.append((name, inner.rebuilt(self.keys)))
                continue
            met = True
            if last and not replace:
                raise SparkRuntimeException(
                    f"the variant has a field {name!r} already; variant_set replaces it",
                    "VARIANT_DUPLICATE_KEY",
                    {"key": name},
                )
            fields.append((name, make() if last else self.put(inner, place + 1, make, replace, create)))
        if not met and create:
            self.keys.number(step)
            fields.append((step, self.missing(place + 1, make)))
        return of_object(fields, self.keys)

    def append(self, item: Variant, place: int, make: Callable[[], bytes]) -> bytes:
        """The item with the new value behind the array at the rest of the path."""
        if place == len(self.steps):
            if item.kind != "array":
                raise self.mismatch(place)
            return of_array([*[element.rebuilt(self.keys) for element in item.elements()], make()])
        step = self.steps[place]
        if item.kind != ("object" if isinstance(step, str) else "array"):
            raise self.mismatch(place)
        return self.mapped(item, step, lambda inner: self.append(inner, place + 1, make))

    def delete(self, item: Variant, place: int) -> bytes:
        """The item without what is at the rest of the path, if anything is."""
        step = self.steps[place]
        if item.kind != ("object" if isinstance(step, str) else "array"):
            return item.rebuilt(self.keys)
        last = place == len(self.steps) - 1
        return self.mapped(item, step, lambda inner: None if last else self.delete(inner, place + 1))

    def mapped(self, item: Variant, step: int | str, change: Callable[[Variant], bytes | None]) -> bytes:
        """An object or array with one part changed; one that becomes None is left out."""
        if isinstance(step, int):
            made = [
                change(element) if at == step else element.rebuilt(self.keys)
                for at, element in enumerate(item.elements())
            ]
            return of_array([one for one in made if one is not None])
        fields: list[tuple[str, bytes]] = []
        for name, inner in item.fields():
            changed: bytes | None
            if name == step:
                before = len(self.keys.numbers)
                self.keys.number(name)
                changed = change(inner)
                if changed is None and len(self.keys.numbers) > before:
                    self.keys.numbers.pop(name)
            else:
                self.keys.number(name)
                changed = inner.rebuilt(self.keys)
            if changed is not None:
                fields.append((name, changed))
        return of_object(fields, self.keys)


def _editor(bound: Bound, function: str, change: Callable[..., bytes], root: bool = False) -> Callable[..., Any]:
    """A function ``(variant, path, value, ...)``; names that begin with ``try_`` give None where it does not fit."""
    make = variant_maker(bound.types[2])
    trying = function.startswith("try_")

    def edit(item: Physical, path: str, value: Any, *more: Any) -> Any:
        work = _Edit(function, path_steps(path, function, root))
        try:
            return work.physical(change(work, of_value(item), lambda: make(value, work.keys), *more))
        except SparkRuntimeException as error:
            if trying and error.getCondition() in ("VARIANT_PATH_TYPE_MISMATCH", "VARIANT_DUPLICATE_KEY"):
                return None
            raise

    return edit


def _insert(work: _Edit, item: Variant, make: Callable[[], bytes]) -> bytes:
    return work.put(item, 0, make, False, True)


def _set(work: _Edit, item: Variant, make: Callable[[], bytes], create: bool = True) -> bytes:
    return work.put(item, 0, make, True, create)


def _append(work: _Edit, item: Variant, make: Callable[[], bytes]) -> bytes:
    return work.append(item, 0, make)


def variant_insert(bound: Bound) -> Callable[..., Any]:
    """A new field, or an element before the one at the place; what leads there is made."""
    return _editor(bound, "variant_insert", _insert)


def try_variant_insert(bound: Bound) -> Callable[..., Any]:
    """The same, None where a field is there already or the path does not fit."""
    return _editor(bound, "try_variant_insert", _insert)


def variant_set(bound: Bound) -> Callable[..., Any]:
    """A field or element in place of the one there is; what is missing is made unless the last argument is false."""
    return _editor(bound, "variant_set", _set)


def try_variant_set(bound: Bound) -> Callable[..., Any]:
    """The same, None where the path does not fit."""
    return _editor(bound, "try_variant_set", _set)


def variant_array_append(bound: Bound) -> Callable[..., Any]:
    """An element more at the end of the array that a path leads to."""
    return _editor(bound, "variant_array_append", _append, root=True)


def try_variant_array_append(bound: Bound) -> Callable[..., Any]:
    """The same, None where the path does not fit or leads to no array."""
    return _editor(bound, "try_variant_array_append", _append, root=True)


def variant_delete(item: Physical | None, *paths: str | None) -> Physical | None:
    """The variant without what paths lead to, one after the other; null paths do not count.

    >>> from minispark.sql.exact.variants import parse_json
    >>> of_value(variant_delete(parse_json('{"a": 1, "b": [1, 2]}'), "$.a", "$.b[0]")).text("UTC")
    '{"b":[2]}'
    """
    if item is None:
        return None
    for path in paths:
        if path is not None:
            work = _Edit("variant_delete", path_steps(path, "variant_delete"))
            item = work.physical(work.delete(of_value(item), 0))
    return item


def variant_strip_nulls(item: Physical, arrays: bool = True) -> Physical:
    """The variant without members that are JSON's null, and without such elements unless ``arrays`` is false.

    >>> from minispark.sql.exact.variants import parse_json
    >>> of_value(variant_strip_nulls(parse_json('{"a": null, "b": [1, null]}'))).text("UTC")
    '{"b":[1]}'
    """
    keys = Keys()
    return {"value": _stripped(of_value(item), keys, arrays), "metadata": keys.metadata()}


def _stripped(item: Variant, keys: Keys, arrays: bool) -> bytes:
    kind = item.kind
    if kind == "object":
        fields = []
        for name, inner in item.fields():
            if inner.kind != "null":
                keys.number(name)
                fields.append((name, _stripped(inner, keys, arrays)))
        return of_object(fields, keys)
    if kind == "array":
        kept = [inner for inner in item.elements() if not (arrays and inner.kind == "null")]
        return of_array([_stripped(inner, keys, arrays) for inner in kept])
    return item.rebuilt(keys)


def is_valid_variant(item: Physical) -> bool:
    """Whether the bytes are a variant.

    >>> from minispark.sql.exact.variants import parse_json
    >>> is_valid_variant(parse_json("[1]")), is_valid_variant({"value": b"\\x03\\x05", "metadata": b"\\x01\\x00\\x00"})
    (True, False)
    """
    try:
        of_value(item).text("UTC")
    except (SparkRuntimeException, ValueError, IndexError, OverflowError):
        return False
    return True
