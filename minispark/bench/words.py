"""The word count's text: 16 million Zipf-distributed words in 110 MB, the same on every machine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

WORDS = 16_000_000
VOCABULARY = 200_000
WORDS_PER_LINE = 12
BATCH = WORDS_PER_LINE * 50_000


def text_file(scale: float) -> Path:
    """The file for this scale, made where it is not there yet and kept for the next run (110 MB at scale 1)."""
    path = Path(tempfile.gettempdir()) / f"minispark-benchmarks-{os.getuid()}" / f"words-{scale:g}.txt"
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        _write(unfinished, max(int(WORDS * scale), WORDS_PER_LINE))
        unfinished.rename(path)
    return path


def _write(path: Path, count: int) -> None:
    import numpy as np

    chance = np.random.default_rng(20)
    letters = chance.integers(ord("a"), ord("z") + 1, (VOCABULARY, 9), dtype=np.uint8).tobytes().decode("ascii")
    lengths = chance.integers(3, 10, VOCABULARY).tolist()
    vocabulary = [letters[9 * i : 9 * i + length] for i, length in enumerate(lengths)]
    with path.open("w", encoding="ascii") as file:
        for first in range(0, count, BATCH):
            ranks = chance.zipf(1.3, min(BATCH, count - first)) % VOCABULARY
            words = [vocabulary[rank] for rank in ranks]
            for i in range(0, len(words), WORDS_PER_LINE):
                file.write(" ".join(words[i : i + WORDS_PER_LINE]) + "\n")
