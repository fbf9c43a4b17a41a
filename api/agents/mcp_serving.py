"""How the MCP server is reached: over standard input and output, or as streamable HTTP."""

import threading

import uvicorn
from mcp.server import MCPServer
from starlette.types import ASGIApp

from api.access import AccessLog
from api.guards.access_keys import AccessKeys
from api.guards.rate_limit import RateLimit
from api.server import check_address, options
from api.serving import SearcherHolder
from api.settings import Settings

#: Where the HTTP transport listens, behind the address.
PATH = "/mcp"


def open_early(holder: SearcherHolder) -> None:
    """Open the index in the background, while the client is still introducing itself."""
    threading.Thread(target=holder.refresh, daemon=True).start()


def serve_stdio(server: MCPServer) -> None:
    """Speak MCP over standard input and output until the client hangs up."""
    server.run("stdio")


def serve_http(server: MCPServer, settings: Settings) -> None:
    """Speak MCP as streamable HTTP at `PATH` of the settings' host and port until interrupted.

    Raises BusyError for a taken port, BadInputError for an unusable address.
    """
    check_address(settings.host, settings.port)
    uvicorn.run(guarded_app(server, settings), **options(settings))


def guarded_app(server: MCPServer, settings: Settings) -> ASGIApp:
    """The HTTP transport, which needs the same keys and keeps to the same rate as the service.

    On a loopback address, requests that a browser was lured into sending are refused by their Host and Origin.
    """
    # Every call stands by itself, so that no session has to be kept.
    app = server.streamable_http_app(
        streamable_http_path=PATH, stateless_http=True, json_response=True, host=settings.host
    )
    keys = [key.get_secret_value() for key in settings.api_keys]
    rate_limit = RateLimit(settings.rate_limit) if settings.rate_limit else None
    return AccessLog(AccessKeys(app, keys, rate_limit))
