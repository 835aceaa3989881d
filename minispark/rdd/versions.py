"""Which PySpark a program finds here."""

from __future__ import annotations

API_VERSION = "4.3.0"
"""The PySpark whose names, arguments and answers are ours: what a program learns that asks for Spark's version.
minispark's own is ``minispark.__version__``."""
