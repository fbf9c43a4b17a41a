"""Work on all cores: pieces are handed to worker processes a few at a time, and their results come in order."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import connection
from multiprocessing.context import BaseContext
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
R = TypeVar("R")

#: Tasks handed out before their turn, for each worker: memory does not grow with the corpus.
_TASKS_AHEAD = 3
#: Where there is much to do, tasks grow to so many times their size, each to at most a part of what was handed out.
_LARGEST, _GROWTH = 4, 32


class Work(NamedTuple, Generic[T, R]):
    """What is done with pieces; both functions can be pickled.

    together  works on a task of several pieces; a result for each, or one for all
    alone     works on one, after the process that had its task died
    lost      stands for the result of a piece that kills its process
    preload   module that the processes find loaded, since they are forked from one that has loaded it
    """

    together: Callable[[list[T]], list[R]]
    alone: Callable[[T], R]
    lost: Callable[[T], R]
    preload: str


def in_processes(todo: Iterable[T], work: Work[T, R], *, workers: int, per_task: int) -> Iterator[R]:
    """The results of all tasks in order, whatever the number of workers. A task has `per_task` pieces or some more."""
    remaining = iter(todo)
    started = 0
    running: deque[tuple[list[T], Future[list[R]]]] = deque()
    pool = _pool(workers, work.preload)
    try:
        while True:
            while len(running) < workers * _TASKS_AHEAD:
                size = max(per_task, min(started // _GROWTH, per_task * _LARGEST))
                if not (task := list(islice(remaining, size))):
                    break
                started += len(task)
                running.append((task, pool.submit(work.together, task)))
            if not running:
                return
            task, future = running.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                # A worker died, perhaps of one piece; working on each in a process of its own finds which.
                waiting = [task, *(later for later, _ in running)]
                running.clear()
                pool.shutdown(wait=False, cancel_futures=True)
                for piece in (piece for one in waiting for piece in one):
                    yield _apart(piece, work)
                pool = _pool(workers, work.preload)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _pool(workers: int, preload: str) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, _context(preload), _end_with_parent)


def _end_with_parent() -> None:
    """A worker whose parent is killed would wait for ever: it holds one end of the pipe that it reads itself."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _context(preload: str) -> BaseContext:
    """Workers start from a clean process: one forked from this would inherit locks that its threads hold."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([preload])
    return context


def _apart(piece: T, work: Work[T, R]) -> R:
    with _pool(1, work.preload) as pool:
        try:
            return pool.submit(work.alone, piece).result()
        except BrokenProcessPool:
            return work.lost(piece)
