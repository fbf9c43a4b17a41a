"""A process that sends a build to Milvus in small shards, beside others that send the same.

    python sending_harness.py CORPUS INDEX URI NAME [KILLED_AFTER]

It says that it is ready when the build is made, waits for a line, and writes the rows that it has sent; after so many
shards it kills itself.
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
from index.milvus.target import MilvusTarget  # noqa: E402
from index.rebuild import rebuild  # noqa: E402


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def publish_when_told(target, folder, manifest, *, full):
    say("ready")
    sys.stdin.readline()
    return publish(target, folder, manifest, full=full)


def send_and_say(sender, records):
    done = send(sender, records)
    with one_at_a_time:
        say(" ".join(str(record.row) for record in records))
        shards.append(len(records))
        if len(shards) == killed_after:
            os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.1)  # a shard of the real size takes longer, too
    return done


if __name__ == "__main__":
    corpus, index, uri, name, *rest = sys.argv[1:]
    killed_after, shards, one_at_a_time = int(rest[0]) if rest else None, [], threading.Lock()
    send, publish = writer.Writer._send, MilvusTarget.publish
    writer.Writer._send, MilvusTarget.publish = send_and_say, publish_when_told
    writer.SHARD, writer._LOOK = 4, 0.02
    rebuild(
        [Path(corpus)],
        Path(index),
        embedder=HashingEmbedder(),
        workers=1,
        milvus=MilvusLocation(uri, name, timeout=30),
    )
