"""The columns of JSON (Spark's ``JsonInferSchema``)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from minispark.errors import Py4JJavaError
from minispark.sql.exact.jsonschema import canonical, compatible, inferrer
from minispark.sql.exact.jsontree import ABSENT, JsonError, Members, reader_of, rules_of
from minispark.sql.exact.records import time_policy
from minispark.sql.exact.variant_encoding import java_order
from minispark.sql.sources.formats.modes import corrupt_name, mode_of
from minispark.sql.sources.options import Options
from minispark.sql.types import DataType, StringType, StructField, StructType, VariantType

if TYPE_CHECKING:
    from minispark.sql.library.function import Settings

_BLANKS = " \t\r\n"


def json_schema(texts: Iterator[str], options: Options, settings: Settings) -> StructType:
    """The fields of all objects, sorted by name, each of a type that holds all its values.

    Where a text is no object, there is the column for malformed records too (unless the mode drops them). Raises
    Py4JJavaError under FAILFAST.
    """
    single = options.get("singleVariantColumn")
    if single is not None:
        return StructType([StructField(single, VariantType())])
    lowered = {name.lower(): text for name, text in options} | time_policy(settings)
    parse = reader_of(rules_of(lowered))
    infer = inferrer(lowered, settings.zone)
    mode = mode_of(options)
    corrupt = corrupt_name(options, settings)
    ratio = options.share("samplingRatio", 1.0)
    chance = random.Random(1)
    found = _Found()
    for text in texts:
        if not text.strip(_BLANKS) or (ratio < 1 and chance.random() >= ratio):
            continue
        try:
            tree = parse(text)
        except JsonError:
            if mode == "FAILFAST":
                raise _failed(text, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION") from None
            found.malformed |= mode == "PERMISSIVE"
            continue
        if tree is ABSENT or tree is None:
            continue
        for one in tree if type(tree) is list else [tree]:
            if isinstance(one, Members):
                found.add(one, infer)
            elif mode == "FAILFAST":
                raise _failed(text, "INVALID_JSON_RECORD_TYPE")
            elif mode == "PERMISSIVE":
                found.malformed = True
    return found.schema(corrupt, options.flag("dropFieldIfAllNull"))


def _failed(text: str, condition: str) -> Py4JJavaError:
    return Py4JJavaError(
        f"{text!r:.200} is no JSON object, and the mode is FAILFAST; PERMISSIVE keeps it in a column of its own",
        condition,
        {"badRecord": text, "failFastMode": "FAILFAST"},
    )


class _Found:
    """The fields so far. What looks the same is looked at once: most objects of a file are alike."""

    def __init__(self) -> None:
        self.fields: dict[str, DataType] = {}
        self.malformed = False
        self.twice: set[str] = set()

    def add(self, tree: Members, infer: Any) -> None:
        """One object."""
        if len({name for name, _ in tree}) < len(tree):
            names = [name for name, _ in tree]
            self.twice.update(name for name in names if names.count(name) > 1)
        for name, item in tree:
            kind = infer(item)
            known = self.fields.get(name)
            if known is None:
                self.fields[name] = kind
            elif known != kind:
                self.fields[name] = compatible(known, kind)

    def schema(self, corrupt: str, drop: bool) -> StructType:
        """All fields by name; those without a value are strings."""
        kinds = dict(self.fields)
        if self.malformed:
            kinds[corrupt] = StringType()
        fields = []
        for name in sorted(kinds, key=java_order):
            made = canonical(kinds[name], drop)
            if made is not None:
                fields += [StructField(name, made)] * (2 if name in self.twice else 1)
        return StructType(fields)
