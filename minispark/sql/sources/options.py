"""Options of readers and writers: texts under names that do not distinguish case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from minispark.engine.core.values import value
from minispark.errors import AnalysisException, IllegalArgumentException

_TRUE_FALSE = {"true": True, "false": False}


@value
class Options:
    """``pairs`` as the user wrote them; of two names that differ only in case the later counts.

    >>> options = Options.of({"Header": "true", "sep": ";"})
    >>> options.get("SEP"), options.flag("header"), options.flag("multiLine"), options.number("maxColumns", 5)
    (';', True, False, 5)
    """

    pairs: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def of(given: Mapping[str, str] | Iterable[tuple[str, str]]) -> Options:
        """Options of a mapping or of pairs."""
        found: dict[str, tuple[str, str]] = {}
        for name, text in given.items() if isinstance(given, Mapping) else given:
            found[name.lower()] = (name, text)
        return Options(tuple(found.values()))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    def get(self, *names: str) -> str | None:
        """The text of the first of ``names`` that is given."""
        for name in names:
            wanted = name.lower()
            for key, text in self.pairs:
                if key.lower() == wanted:
                    return text
        return None

    def text(self, name: str, default: str) -> str:
        """The text of a name, else ``default``."""
        found = self.get(name)
        return default if found is None else found

    def flag(self, name: str, default: bool = False) -> bool:
        """``true`` or ``false`` in any case. Raises IllegalArgumentException for anything else."""
        found = self.get(name)
        if found is None:
            return default
        if found.lower() not in _TRUE_FALSE:
            raise IllegalArgumentException(f"option {name} is true or false, not {found!r}")
        return _TRUE_FALSE[found.lower()]

    def number(self, name: str, default: int) -> int:
        """An integer. Raises IllegalArgumentException for anything else."""
        found = self.get(name)
        if found is None:
            return default
        try:
            return int(found)
        except ValueError:
            raise IllegalArgumentException(f"option {name} is an integer, not {found!r}") from None

    def share(self, name: str, default: float) -> float:
        """A number. Raises IllegalArgumentException for anything else."""
        found = self.get(name)
        try:
            return default if found is None else float(found)
        except ValueError:
            raise IllegalArgumentException(f"option {name} is a number, not {found!r}") from None

    def char(self, name: str, default: str) -> str:
        """One character; "" where the option is set to none. Raises IllegalArgumentException for more than one."""
        found = self.get(name)
        if found is None:
            return default
        if len(found) > 1:
            raise IllegalArgumentException(f"option {name} is one character, not {found!r}")
        return found

    def among(self, name: str, default: str, valid: Iterable[str], condition: str | None = None) -> str:
        """One of some words, in lower case. Raises AnalysisException, which lists them, for anything else."""
        found = self.text(name, default).lower()
        if found not in valid:
            raise AnalysisException(
                f"option {name} is one of {', '.join(valid)}, not {found!r}", condition, {"name": name}
            )
        return found

    def without(self, *names: str) -> Options:
        """The rest."""
        left = {name.lower() for name in names}
        return Options(tuple(pair for pair in self.pairs if pair[0].lower() not in left))

    def merged(self, others: Iterable[tuple[str, str]]) -> Options:
        """These, and others that win."""
        return Options.of((*self.pairs, *others))
