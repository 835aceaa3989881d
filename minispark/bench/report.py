"""What was measured: a value a program and engine, one file for all, merged program by program."""

from __future__ import annotations

import json
import os
import re
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minispark.engine.core.errors import ConfigurationError
from minispark.engine.core.values import value

FILE = "report.json"
NUMBERS = re.compile(r"\[\s[-+\d.e,\s]*\]")
"""A list of numbers, which stands on one line."""


@value
class Measured:
    """One program on one engine: a figure for each run, and ``trouble`` (error, wrong or time-out) with its text."""

    seconds: tuple[float, ...] = ()
    cpu_seconds: tuple[float, ...] = ()
    memory_bytes: tuple[int, ...] = ()
    trouble: str = ""
    text: str = ""

    @property
    def median(self) -> float | None:
        """Of the seconds; None where something was wrong.

        >>> Measured((3.0, 1.0, 2.0)).median
        2.0
        """
        return statistics.median(self.seconds) if self.seconds and not self.trouble else None

    @property
    def cpu_median(self) -> float | None:
        return statistics.median(self.cpu_seconds) if self.cpu_seconds and not self.trouble else None

    @property
    def memory_max(self) -> int | None:
        return max(self.memory_bytes) if self.memory_bytes and not self.trouble else None


@value
class Section:
    """All engines' runs of one program, taken in turns. ``settings`` is what else decided about them."""

    program: str
    settings: Mapping[str, Any]
    engines: Mapping[str, Measured]

    def told(self, **facts: Any) -> Section:
        """The section with more settings."""
        return Section(self.program, {**self.settings, **facts}, self.engines)

    def median(self, engine: str) -> float | None:
        measured = self.engines.get(engine)
        return measured.median if measured is not None else None


@value
class Report:
    """``about`` describes the machine and the versions; ``studies`` are the scripts' own figures by their names."""

    about: Mapping[str, Any]
    sections: Mapping[str, Section]
    studies: Mapping[str, Any]

    def with_section(self, section: Section) -> Report:
        """The report with the section, in place of an older one of the program."""
        return Report(self.about, {**self.sections, section.program: section}, self.studies)

    def with_study(self, name: str, study: Any) -> Report:
        return Report(self.about, self.sections, {**self.studies, name: study})

    def with_about(self, about: Mapping[str, Any]) -> Report:
        """The report with a newer description; of engines' versions and studies' dates, those in it alone stay."""
        merged = {part: {**self.about.get(part, {}), **about.get(part, {})} for part in ("versions", "studies")}
        return Report({**about, **merged}, self.sections, self.studies)

    def median(self, program: str, engine: str) -> float | None:
        section = self.sections.get(program)
        return section.median(engine) if section is not None else None

    def troubles(self) -> list[tuple[str, str, Measured]]:
        """Program, engine and what was wrong, for everything that was."""
        return [
            (section.program, engine, measured)
            for section in self.sections.values()
            for engine, measured in section.engines.items()
            if measured.trouble
        ]


EMPTY = Report({}, {}, {})


def to_json(report: Report) -> str:
    """
    >>> section = Section("join", {"scale": 1.0}, {"minispark": Measured((1.5,), (2.0,), (1 << 20,))})
    >>> report = EMPTY.with_section(section)
    >>> from_json(to_json(report)) == report
    True
    """
    sections = {
        name: {"settings": section.settings, "engines": {e: _fields(m) for e, m in section.engines.items()}}
        for name, section in report.sections.items()
    }
    text = json.dumps({"about": report.about, "programs": sections, "studies": report.studies}, indent=1)
    return NUMBERS.sub(lambda found: " ".join(found[0].split()), text) + "\n"


def from_json(text: str) -> Report:
    """Raises ValueError, KeyError or TypeError for what is no report."""
    read = json.loads(text)
    sections = {
        name: Section(name, section["settings"], {e: _measured(m) for e, m in section["engines"].items()})
        for name, section in read["programs"].items()
    }
    return Report(read["about"], sections, read["studies"])


def load(path: Path) -> Report:
    """The report in this file; an empty one where there is none. Raises ConfigurationError for another file."""
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return EMPTY
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{path} is no report of minispark bench: {error}") from None


def save(report: Report, path: Path) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(to_json(report), encoding="utf-8")
    unfinished.rename(path)


def _fields(measured: Measured) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "seconds": [round(seconds, 5) for seconds in measured.seconds],
        "cpu_seconds": [round(seconds, 3) for seconds in measured.cpu_seconds],
        "memory_bytes": list(measured.memory_bytes),
    }
    return fields if not measured.trouble else {**fields, "trouble": measured.trouble, "text": measured.text}


def _measured(fields: Mapping[str, Any]) -> Measured:
    return Measured(
        tuple(fields["seconds"]),
        tuple(fields["cpu_seconds"]),
        tuple(fields["memory_bytes"]),
        fields.get("trouble", ""),
        fields.get("text", ""),
    )
