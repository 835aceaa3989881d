"""``python -m minispark`` is the command ``minispark``."""

from __future__ import annotations

from minispark.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
