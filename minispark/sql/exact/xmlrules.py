"""How elements and attributes of XML become fields: what the options of reading ask for."""

from __future__ import annotations

from collections.abc import Iterable

from minispark.engine.core.values import value
from minispark.errors import AnalysisException
from minispark.sql.exact.records import Options, flag


@value
class XmlRules:
    """How elements and attributes become fields."""

    prefix: str
    text: str
    null: str | None
    trim: bool
    attributes: bool
    local: bool
    wildcard: str

    def name(self, name: str) -> str:
        """The name of an element or attribute."""
        return name.rpartition(":")[2] if self.local else name

    def attributes_of(self, attributes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Attributes under their names as fields; those that declare namespaces are none."""
        if not self.attributes:
            return []
        return [
            (self.prefix + self.name(name), text)
            for name, text in attributes
            if name != "xmlns" and not name.startswith("xmlns:")
        ]

    def trimmed(self, text: str) -> str:
        """A text as it counts."""
        return text.strip(" \t\r\n") if self.trim else text


def rules_of(options: Options) -> XmlRules:
    """The rules that options in lower case ask for. Raises AnalysisException for what is not offered."""
    if "rowvalidationxsdpath" in options:
        raise AnalysisException(
            "rowValidationXSDPath is not there: no XML Schema is checked; leave the option out",
            "UNSUPPORTED_FEATURE.OPTION",
            {"option": "rowValidationXSDPath"},
        )
    return XmlRules(
        prefix=options.get("attributeprefix", "_"),
        text=options.get("valuetag", "_VALUE"),
        null=options.get("nullvalue"),
        trim=flag(options, "ignoreSurroundingSpaces", True),
        attributes=not flag(options, "excludeAttribute", False),
        local=flag(options, "ignoreNamespace", False),
        wildcard=options.get("wildcardcolname", "xs_any"),
    )
