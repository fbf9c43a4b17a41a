"""The service's description of itself: FastAPI's, and what middleware answers besides the routes."""

from typing import Any

from fastapi import FastAPI

from .guards.paths import is_guarded

_SECURITY = {
    "API key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "one of YIBAO_API_KEYS; needed only where some are set",
    }
}
#: What `AccessKeys` and `Admission` answer for any guarded path, and `BodyLimit` for any body.
_GUARDED = {
    "401": "An API key is missing or wrong",
    "429": "Too many questions a minute; `Retry-After` says when to ask again",
    "503": "No index can be searched yet, or too many questions wait; `Retry-After` says when to ask again",
}
_WITH_BODY = {
    "408": "The body did not arrive in time",
    "413": "The body has more bytes than the service takes",
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document. Bad input is a 400 here, so FastAPI's 422 is taken out."""
    if not app.openapi_schema:
        schema = FastAPI.openapi(app)
        components = schema["components"]
        for unused in ("HTTPValidationError", "ValidationError"):
            components["schemas"].pop(unused, None)
        components.setdefault("securitySchemes", {}).update(_SECURITY)
        for path, operations in schema["paths"].items():
            for operation in operations.values():
                operation["responses"].pop("422", None)
                if is_guarded(path):
                    _add(operation, _GUARDED)
                    operation["security"] = [{}, {"API key": []}]
                if "requestBody" in operation:
                    _add(operation, _WITH_BODY)
    return app.openapi_schema or {}


def _add(operation: dict[str, Any], meanings: dict[str, str]) -> None:
    schema = {"$ref": "#/components/schemas/ErrorDocument"}
    for status, meaning in meanings.items():
        operation["responses"][status] = {
            "description": meaning,
            "content": {"application/json": {"schema": schema}},
        }
