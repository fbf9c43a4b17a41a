"""Ingest keeps well above the 20 MB a minute on one core that is asked of it."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_twenty_megabytes_a_minute_become_passages():
    command = [sys.executable, "-m", "benchmarks.ingest_speed", "--megabytes", "0.5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    measured = json.loads(done.stdout)
    assert measured["megabytes"] >= 0.5
    assert measured["megabytes_a_minute"] > 20
