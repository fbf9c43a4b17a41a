"""The one shape of an error over HTTP: `{"error": {"code", "message", "request_id"}}`."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from ingest.errors import YibaoError

from .error_codes import code_of
from .json_response import JsonResponse
from .server_paths import without_paths

log = logging.getLogger(__name__)


class NotReadyError(YibaoError):
    """The service runs, but no index can be searched yet."""

    exit_code = 4
    status = 503


class UnauthorizedError(YibaoError):
    """No token or key, or a wrong one."""

    exit_code = 2
    status = 401


class ForbiddenError(YibaoError):
    """Nothing that the caller could send would be enough."""

    exit_code = 2
    status = 403


class Problem(BaseModel):
    """What went wrong, and what to do about it."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(
        description="for programs: stable, such as bad_input, not_found, not_ready", examples=["bad_input"]
    )
    message: str = Field(
        description="for people: the value that was wrong, and the cure",
        examples=["k is 0; ask for 1 to 100 results"],
    )
    request_id: str = Field(description="finds this request in the access log", examples=["4f3c2b1a0d9e8f70"])


class ErrorDocument(BaseModel):
    """Body of every answer with a status of 400 or more."""

    model_config = ConfigDict(extra="forbid")

    error: Problem


def respond(request: Request, status: int, code: str, message: str) -> JsonResponse:
    """An answer in the one shape."""
    request_id = request.scope.get("state", {}).get("request_id", "")
    body = {"error": {"code": code, "message": message, "request_id": request_id}}
    headers = {"X-Request-ID": request_id}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "2"
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JsonResponse(body, status, headers)


def install(app: FastAPI) -> None:
    """Answer every error of `app` in the one shape, whoever raised it."""
    app.add_exception_handler(YibaoError, _on_user_error)
    app.add_exception_handler(RequestValidationError, _on_unreadable_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_defect)


def _on_user_error(request: Request, error: Exception) -> JsonResponse:
    assert isinstance(error, YibaoError)  # noqa: S101 - registered for this class only
    message = error.told
    # What is wrong with a request, or not there, is said in the caller's own words.
    if error.status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND):
        message = without_paths(message)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("request %s: %s", request.scope.get("state", {}).get("request_id"), error)
    return respond(request, error.status, code_of(error), message)


def _on_unreadable_request(request: Request, error: Exception) -> JsonResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    return respond(request, HTTPStatus.BAD_REQUEST, "bad_input", _first_problem(error.errors()))


def _first_problem(problems: Any) -> str:
    first = problems[0]
    where = [str(part) for part in first["loc"] if part not in ("query", "path", "body")]
    if first["type"] == "json_invalid":
        return f"the body is not JSON: {first.get('ctx', {}).get('error', first['msg'])}"
    if first["type"] == "missing":
        return f"{'.'.join(where) or 'the body'} is missing"
    if first["type"] == "extra_forbidden":
        return f"there is no parameter {'.'.join(where)!r}; /docs lists them"
    return f"{'.'.join(where) or 'the body'} is {first['input']!r:.80}: {first['msg']}"


def _on_http_error(request: Request, error: Exception) -> JsonResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    status = HTTPStatus(error.status_code)
    message = str(error.detail)
    if status == HTTPStatus.NOT_FOUND:
        message = f"there is nothing at {request.url.path}; /docs lists what there is"
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        message = f"{request.method} is not possible at {request.url.path}; /docs lists what is"
    response = respond(request, status, status.phrase.lower().replace(" ", "_"), message)
    response.headers.update(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(_methods_at(request))
    return response


def _methods_at(request: Request) -> list[str]:
    """What is possible at the path; Starlette itself names only the methods of the first route there."""
    routes = [route for router in request.app.state.routers for route in router.routes]
    here = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in here for method in route.methods})


def _on_defect(request: Request, error: Exception) -> JsonResponse:
    # The server logs the traceback itself; this line ties it to the request id that the caller was told.
    log.error("request %s failed: %s", request.scope.get("state", {}).get("request_id"), type(error).__name__)
    message = "the service made a mistake; its log has the details under this request id"
    return respond(request, HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", message)
