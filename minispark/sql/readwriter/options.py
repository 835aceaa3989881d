"""What readers and writers share: a format and options."""

from __future__ import annotations

from typing import Any, Self


def option_text(value: Any) -> str | None:
    """An option's value as text.

    >>> option_text(True), option_text(1), option_text("x"), option_text(None)
    ('true', '1', 'x', None)
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


class OptionUtils:
    """Options under names that do not distinguish case; None leaves one as it is."""

    _options: dict[str, tuple[str, str]]

    def _set(self, key: str, value: Any) -> None:
        text = option_text(value)
        if text is not None:
            self._options[key.lower()] = (key, text)

    def _set_opts(self, **options: Any) -> None:
        for key, value in options.items():
            self._set(key, value)

    def option(self, key: str, value: Any) -> Self:
        """Set an option."""
        self._set(key, value)
        return self

    def options(self, **options: Any) -> Self:
        """Set several options."""
        self._set_opts(**options)
        return self
