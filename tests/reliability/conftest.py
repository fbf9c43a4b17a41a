"""Makes the helpers of the other folders importable: `builders`, `api_corpus`, and this folder's `soak`."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "index"), str(HERE.parent / "api")]
