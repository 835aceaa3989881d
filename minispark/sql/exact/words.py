"""The English words that datetime patterns write and read: months, days, quarters, halves of the day, eras."""

from __future__ import annotations

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_QUARTERS = ("1st quarter", "2nd quarter", "3rd quarter", "4th quarter")

WORDS: dict[tuple[str, str], dict[int, str]] = {
    ("month", "full"): dict(enumerate(MONTHS, 1)),
    ("month", "short"): {number: name[:3] for number, name in enumerate(MONTHS, 1)},
    ("day of week", "full"): dict(enumerate(DAYS, 1)),
    ("day of week", "short"): {number: name[:3] for number, name in enumerate(DAYS, 1)},
    ("quarter", "full"): dict(enumerate(_QUARTERS, 1)),
    ("quarter", "short"): {number: f"Q{number}" for number in range(1, 5)},
    ("am pm", "short"): {0: "AM", 1: "PM"},
    ("era", "short"): {0: "BC", 1: "AD"},
    ("era", "full"): {0: "Before Christ", 1: "Anno Domini"},
}
"""By field and style: the word of each value."""
