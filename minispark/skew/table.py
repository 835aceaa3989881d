"""A report as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from minispark.engine.core.units import format_bytes
from minispark.engine.observe.text import format_count, format_table
from minispark.skew.advice import NOTHING, Advice
from minispark.skew.hotness import HotLoad
from minispark.skew.stageskew import StageSkew

NO_SHUFFLE = "(no shuffle has run)"
STAGE_COLUMNS = (
    "stages", "operator", "tasks", "records", "longest", "median", "gini", "bytes", "longest", "median", "gini",
)  # fmt: skip
KEY_COLUMNS = ("key", "side", "records", "share", "bytes", "share", "before combining", "task")


def as_text(stages: Sequence[StageSkew]) -> str:
    """A line a stage; then the hot keys of each that has some, and what to do."""
    if not stages:
        return NO_SHUFFLE
    parts = [format_table(STAGE_COLUMNS, [stage_cells(stage) for stage in stages], left=(0, 1))]
    parts += [_details(stage) for stage in stages if worth_telling(stage)]
    return "\n\n".join(parts)


def worth_telling(stage: StageSkew) -> bool:
    """Whether there is more to say of it than its load."""
    return bool(stage.hot) or stage.advice.remedy != NOTHING or bool(stage.decided)


def stage_cells(stage: StageSkew) -> tuple[str, ...]:
    """What stands in ``STAGE_COLUMNS``."""
    records, size = stage.records, stage.bytes
    return (
        ", ".join(map(str, stage.stage_ids)),
        stage.operator,
        format_count(stage.tasks),
        format_count(records.total),
        format_count(records.longest),
        format_count(round(records.median)),
        f"{records.gini:.2f}",
        format_bytes(size.total),
        format_bytes(size.longest),
        format_bytes(size.median),
        f"{size.gini:.2f}",
    )


def key_cells(stage: StageSkew, key: HotLoad) -> tuple[str, ...]:
    """What stands in ``KEY_COLUMNS``."""
    combined = stage.kind in ("combine", "distinct")
    return (
        key.name,
        stage.side_name(key),
        format_count(key.records),
        format_share(key.records_share),
        format_bytes(key.bytes),
        format_share(key.bytes_share),
        format_share(key.met_share) if combined else "",
        str(key.reducer) if key.reducer >= 0 else "",
    )


def format_share(share: float) -> str:
    """
    >>> format_share(0.123), format_share(0.0001), format_share(0.0)
    ('12.3%', '<0.1%', '0.0%')
    """
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def advice_text(advice: Advice) -> str:
    """
    >>> advice_text(Advice("split_join", "'os' has 90% of its side: salt the hot keys alone", 6.4))
    "split_join: 'os' has 90% of its side: salt the hot keys alone. Predicted: the longest task 6.4 times shorter."
    """
    gain = f" Predicted: the longest task {advice.gain:.1f} times shorter." if advice.gain > 1 else ""
    if advice.remedy == NOTHING:
        return f"nothing to do: {advice.reason}."
    return f"{advice.remedy}: {advice.reason}.{gain}"


def _details(stage: StageSkew) -> str:
    lines = [stage.title]
    if stage.hot:
        table = format_table(KEY_COLUMNS, [key_cells(stage, key) for key in stage.hot], left=(0, 1))
        lines += [f"  {line}" for line in table.splitlines()]
    lines += [f"  {each}" for each in stage.decided]
    return "\n".join([*lines, f"  -> {advice_text(stage.advice)}"])
