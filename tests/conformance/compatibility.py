"""Writes docs/COMPATIBILITY.md: which of PySpark's documented examples are answered otherwise here, and why.

    python tests/conformance/compatibility.py RESULTS [--check]

RESULTS is the JSON of a run of PySpark's examples: ``{group: {object: [examples, failed]}}``. The reasons are in
``compatibility.toml`` beside this script, by group and object: ``"kll_*"`` is for all objects that begin so. A gap
without a reason is an error, and so is a reason without a gap.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "COMPATIBILITY.md"
TITLES = {
    "functions": "Functions", "dataframe": "DataFrame", "column": "Column", "group": "GroupedData", "window": "Window",
    "session": "SparkSession, catalog, settings", "readwriter": "Readers and writers", "types": "Types",
    "udf": "Python functions", "rdd": "RDD", "context": "SparkContext", "shared-variables": "Shared variables",
}  # fmt: skip

Results = Mapping[str, Mapping[str, tuple[int, int]]]
Reasons = Mapping[str, Mapping[str, str]]

HEAD = """# Compatibility with PySpark 4.3

This page is generated (`tests/conformance/compatibility.py`) from a run of the examples in PySpark's own documentation:
each is run here as it is written there, and counts if it prints what the documentation says.
"""


def reason_of(name: str, reasons: Mapping[str, str]) -> str | None:
    """The reason for a gap: of the longest name that this one begins with.

    >>> reason_of("kll_merge", {"kll": "sketch", "k": "other"})
    'sketch'
    """
    found = [known for known in reasons if name == known or (known.endswith("*") and name.startswith(known[:-1]))]
    return reasons[max(found, key=len)] if found else None


def problems(results: Results, reasons: Reasons) -> list[str]:
    """Gaps without a reason, and reasons without a gap."""
    found = []
    for group, objects in results.items():
        known = reasons.get(group, {})
        gaps = [name for name, (_, failed) in objects.items() if failed]
        found += [f"{group}: {name} has no reason" for name in gaps if reason_of(name, known) is None]
        for pattern in known:
            if not any(name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1])) for name in gaps):
                found.append(f"{group}: the reason for {pattern} has no gap any more")
    return found


def page(results: Results, reasons: Reasons) -> str:
    """The page's text."""
    lines = [HEAD, "| | objects | examples |", "|---|---|---|"]
    whole = [0, 0]
    for group, objects in results.items():
        good = sum(1 for _, failed in objects.values() if not failed)
        total = sum(count for count, _ in objects.values())
        passed = total - sum(failed for _, failed in objects.values())
        whole = [whole[0] + passed, whole[1] + total]
        lines.append(f"| {TITLES[group]} | {good} of {len(objects)} | {passed:,} of {total:,} |")
    lines.append(f"| **all** | | **{whole[0]:,} of {whole[1]:,} ({100 * whole[0] / whole[1]:.1f} %)** |")
    for group, objects in results.items():
        gaps: dict[str, list[str]] = {}
        for name, (count, failed) in objects.items():
            if failed:
                why = reason_of(name, reasons.get(group, {})) or ""
                gaps.setdefault(why, []).append(f"`{name}` ({failed} of {count})")
        if gaps:
            lines += ["", f"## {TITLES[group]}", "", "Examples that print something else here, of how many:", ""]
            lines += [f"- {', '.join(names)}: {why}" for why, names in gaps.items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("results", type=Path)
    options.add_argument("--check", action="store_true", help="say whether the page is up to date, write nothing")
    told = options.parse_args()
    results = json.loads(told.results.read_text(encoding="utf-8"))
    reasons = tomllib.loads((HERE / "compatibility.toml").read_text(encoding="utf-8"))
    wrong = problems(results, reasons)
    print("\n".join(wrong), file=sys.stderr)
    text = page(results, reasons)
    if told.check:
        return 1 if wrong or text != PAGE.read_text(encoding="utf-8") else 0
    PAGE.write_text(text, encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
