"""API keys, where they are set, and a rate for each key, or for each address where they are not."""

import ipaddress
import math
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import UnauthorizedError
from ingest.errors import YibaoError

from .paths import is_guarded
from .rate_limit import RateLimit
from .refusing import refuse
from .secrets import digest


class RateLimitedError(YibaoError):
    """More questions a minute than one caller may ask."""

    status = 429


class AccessKeys:
    """ASGI middleware: refuses whoever has no key, or asks too often.

    Keys are compared by their digests, so that the time taken tells nothing about them.
    """

    def __init__(self, app: ASGIApp, keys: Iterable[str], rate_limit: RateLimit | None) -> None:
        self.app = app
        self._keys = frozenset(map(digest, keys))
        self._rate_limit = rate_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_guarded(scope["path"]):
            await self.app(scope, receive, send)
            return
        if self._keys:
            key = digest(_given(Headers(scope=scope)))
            if key not in self._keys:
                missing = UnauthorizedError("this needs an API key, in the header `X-API-Key: KEY`")
                await refuse(missing, scope, receive, send)
                return
            who = key.hex()
        else:
            who = _address(scope)
        if self._rate_limit is not None:
            wait = self._rate_limit.take(who)
            if wait > 0:
                seconds = math.ceil(wait)
                error = RateLimitedError(f"too many questions a minute; ask again in {seconds} s")
                await refuse(error, scope, receive, send, Retry_After=str(seconds))
                return
            scope.setdefault("state", {})["caller"] = who
        await self.app(scope, receive, send)


def _given(headers: Headers) -> str:
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key") or (credentials.strip() if scheme.lower() == "bearer" else "")


def _address(scope: Scope) -> str:
    """The client's address; of an IPv6 address the network, of which one client has a whole one."""
    host = (scope.get("client") or ("",))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False))
