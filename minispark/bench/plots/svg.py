"""The canvas of the report's pictures, and the colours of its engines."""

from __future__ import annotations

from minispark.engine.observe.svg import BAD as BAD
from minispark.engine.observe.svg import FAINT as FAINT
from minispark.engine.observe.svg import INK as INK
from minispark.engine.observe.svg import RULE as RULE
from minispark.engine.observe.svg import SERIES as SERIES
from minispark.engine.observe.svg import Canvas as Canvas
from minispark.engine.observe.svg import text_width as text_width

OURS = "#d9480f"
PEER = "#8fa3b8"
COLUMNS = "#c8d6e5"
