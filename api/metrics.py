"""Numbers for Prometheus: requests and searches counted as they happen, the index and the feedback looked up.

With several workers each answers for all: `yibao serve` names a folder in PROMETHEUS_MULTIPROC_DIR, in which
prometheus_client keeps the counters of every process.
"""

import datetime
import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.errors import YibaoError

from .feedback.store import FeedbackStore
from .server_paths import without_paths
from .serving import SearcherHolder
from .version import package_version
from .workers import shared_folder

#: Seconds. The promise is 50 ms for most searches, so the steps are close around it.
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one service."""

    def __init__(self, holder: SearcherHolder, feedback: FeedbackStore) -> None:
        self._registry = CollectorRegistry()
        self._state = _State(holder, feedback)
        self._requests = Counter(
            "yibao_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "yibao_http_request_seconds",
            "Time from a request's headers to the end of its answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._searches = Counter(
            "yibao_searches",
            "Questions searched for, by the mode as it was really run and by whether the corpus answers.",
            ("mode", "answerable"),
            registry=self._registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def searched(self, mode: str, answerable: bool) -> None:
        """Count one question."""
        self._searches.labels(mode, "yes" if answerable else "no").inc()

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        counted, folder = self._registry, shared_folder()
        # Systems clear away what lies long in their folder for temporary files: then each worker tells its own numbers.
        if folder is not None and folder.is_dir():
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        looked_up = CollectorRegistry()
        looked_up.register(self._state)
        return generate_latest(counted) + generate_latest(looked_up)


class _State(Collector):
    """What can be looked up at any time, so that every worker gives the same."""

    def __init__(self, holder: SearcherHolder, feedback: FeedbackStore) -> None:
        self._holder = holder
        self._feedback = feedback

    def collect(self) -> Iterator[Metric]:
        service = GaugeMetricFamily("yibao_service_info", "The running version.", labels=("version",))
        service.add_metric((package_version(),), 1)
        yield service
        yield from self._index()
        yield from self._said()

    def _index(self) -> Iterator[Metric]:
        try:
            with self._holder.lend() as searcher:
                manifest = searcher.backend.manifest
        except YibaoError:
            yield GaugeMetricFamily("yibao_index_ready", "1 while questions can be asked.", 0)
            return
        yield GaugeMetricFamily("yibao_index_ready", "1 while questions can be asked.", 1)
        build = GaugeMetricFamily("yibao_index_info", "The build that answers.", labels=("build", "model"))
        model = without_paths(manifest.model.name or "bundled") if manifest.model else ""
        build.add_metric((manifest.build_id, model), 1)
        yield build
        built = datetime.datetime.fromisoformat(manifest.created).timestamp()
        yield GaugeMetricFamily("yibao_index_age_seconds", "Time since the build.", time.time() - built)
        for name in ("articles", "passages"):
            yield GaugeMetricFamily(
                f"yibao_index_{name}", f"How many {name} it holds.", manifest.counts[name]
            )

    def _said(self) -> Iterator[Metric]:
        family = CounterMetricFamily("yibao_feedback", "Feedback kept.", labels=("helpful",))
        try:
            counts = self._feedback.counts()
        except YibaoError:  # none has been given yet
            family.add_metric(("yes",), 0)
            family.add_metric(("no",), 0)
        else:
            family.add_metric(("yes",), counts.helpful)
            family.add_metric(("no",), counts.not_helpful)
        yield family


class RequestMetrics:
    """ASGI middleware: counts and times each request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            self._metrics.answered(
                _known(scope["method"]), _route(scope), status, time.perf_counter() - started
            )


def _known(method: str) -> str:
    """Callers must not be able to make up labels: each takes memory for ever."""
    return method if method in {"GET", "HEAD", "POST", "OPTIONS"} else "other"


def _route(scope: Scope) -> str:
    """The path's template, such as `/passages/{passage_id}`; "none" where no route took the request."""
    return getattr(scope.get("route"), "path", "none")
