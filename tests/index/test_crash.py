"""Whatever kills a rebuild, the index is whole: as it was before, or as it was to become."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HARNESS = Path(__file__).with_name("kill_harness.py")
#: More rounds for those who ask: 200 moments take half a minute.
MOMENTS = int(os.environ.get("YIBAO_TEST_KILLS", "30"))
OPERATIONS = int(os.environ.get("YIBAO_TEST_KILLS", "60"))

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks, which this system cannot")


def kill(folder, *arguments):
    command = [sys.executable, str(HARNESS), str(folder), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_a_rebuild_killed_at_random_moments_leaves_a_whole_index_and_the_next_one_finishes(tmp_path):
    tally = kill(tmp_path, "moments", MOMENTS, 7)
    assert tally["killed"] + tally["finished"] == tally["old"] + tally["new"] == MOMENTS
    assert tally["killed"] and tally["old"]


def test_a_rebuild_killed_before_a_file_operation_leaves_a_whole_index_and_the_next_one_finishes(tmp_path):
    tally = kill(tmp_path, "operations", OPERATIONS, 1)
    assert tally["killed"] == tally["old"] + tally["new"] == OPERATIONS
    assert tally["old"] and tally["new"], "the kills did not reach both sides of the switch"
