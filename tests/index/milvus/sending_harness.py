"""A process that sends a build to Milvus in small shards, says which rows, and kills itself after some shards.

python sending_harness.py CORPUS INDEX URI NAME SHARDS
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2])]

from builders import HashingEmbedder  # noqa: E402

from index.milvus import writer  # noqa: E402
from index.milvus.location import MilvusLocation  # noqa: E402
from index.rebuild import rebuild  # noqa: E402


def send_and_say(sender, records):
    done = send(sender, records)
    with one_at_a_time:
        sys.stdout.write(" ".join(str(record.row) for record in records) + "\n")
        sys.stdout.flush()
        shards.append(done)
        if len(shards) == killed_after:
            os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)  # a shard of the real size takes longer, too
    return done


if __name__ == "__main__":
    corpus, index, uri, name = sys.argv[1:5]
    killed_after, shards, one_at_a_time = int(sys.argv[5]), [], threading.Lock()
    send = writer.Writer._send
    writer.Writer._send, writer.SHARD = send_and_say, 4
    location = MilvusLocation(uri, name, timeout=30)
    rebuild([Path(corpus)], Path(index), embedder=HashingEmbedder(), workers=1, milvus=location)
