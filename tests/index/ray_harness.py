"""A rebuild on a Ray cluster whose workers die: of one file each time, and once while they embed.

    python ray_harness.py ADDRESS CORPUS INDEX MARK

What is defined here travels to the workers as it is; what is imported is imported there.
"""

import json
import os
import signal
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[2])]

from index import ray_pool  # noqa: E402
from index.rebuild import rebuild  # noqa: E402

DEADLY = "deadly.txt"


def dying_prepare(pieces, *known):
    from index.ray_pool import _prepare

    if any(piece.task.source.name == DEADLY for piece in pieces):
        os.kill(os.getpid(), signal.SIGKILL)
    return _prepare(pieces, *known)


def dying_encoder(mark):
    class Dying(ray_pool._Encoder):
        def embed(self, texts):
            if not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return super().embed(texts)

    return Dying


if __name__ == "__main__":
    from builders import WithoutTokens

    address, corpus, index, mark = sys.argv[1:]
    ray_pool._prepare, ray_pool._Encoder = dying_prepare, dying_encoder(Path(mark))
    summary = rebuild([Path(corpus)], Path(index), embedder=WithoutTokens(), ray=address)
    print(json.dumps(summary.to_dict()))  # noqa: T201
