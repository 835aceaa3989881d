"""The generator is a module beside the tests, and the programs that run elsewhere import it alike."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
