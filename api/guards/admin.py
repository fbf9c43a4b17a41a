"""Who may use the admin routes: whoever holds the token; without one, only a person at this machine."""

import ipaddress
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import ForbiddenError, UnauthorizedError
from api.settings import Settings

from .secrets import same_secret

_BEARER = HTTPBearer(
    scheme_name="admin token", description="the value of YIBAO_ADMIN_TOKEN", auto_error=False
)

#: Set by proxies: the caller sits behind one, wherever the connection itself comes from.
_PROXIED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


async def _refuse_others(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> None:
    settings: Settings = request.app.state.settings
    if settings.admin_token is None:
        if not _at_this_machine(request):
            raise ForbiddenError(
                "admin routes answer only to this machine itself while no token is set; set YIBAO_ADMIN_TOKEN"
            )
        return
    if bearer is None or not same_secret(bearer.credentials, settings.admin_token.get_secret_value()):
        raise UnauthorizedError(
            "admin routes need the header `Authorization: Bearer TOKEN` with the token set"
        )


def _at_this_machine(request: Request) -> bool:
    """From a loopback address, by no proxy, and not by a web page: neither one of another site (Origin) nor one
    whose name was made to point here (Host)."""
    headers = request.headers
    return (
        request.client is not None
        and _is_loopback(request.client.host)
        and not any(name in headers for name in _PROXIED)
        and (request.url.hostname or "") in _LOCAL_NAMES
        and "origin" not in headers
        and headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    )


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


#: A dependency of every admin route. Raises UnauthorizedError or ForbiddenError.
OnlyAdmin = Depends(_refuse_others)
