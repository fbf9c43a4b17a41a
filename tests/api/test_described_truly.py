"""The OpenAPI document is true: whatever it allows is answered as it says, and nothing makes the service fail."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings

BEARER = {"Authorization": "Bearer a-token-for-this-test"}
DESCRIPTION = create_app(Settings()).openapi()
# A rebuild for each of many made-up bodies would tell nothing that `test_admin` does not.


def _can_be_asked_wrongly(operation: dict[str, Any]) -> bool:
    """Any text is an id, if only of nothing."""
    return "requestBody" in operation or any(p["in"] == "query" for p in operation.get("parameters", ()))


CASES = [
    (path, method, mode)
    for path, operations in DESCRIPTION["paths"].items()
    for method, operation in operations.items()
    for mode in GenerationMode
    if path != "/admin/rebuild" and (mode is GenerationMode.POSITIVE or _can_be_asked_wrongly(operation))
]


@pytest.fixture(scope="module")
def described(index_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The service as it describes itself, with an index."""
    feedback = tmp_path_factory.mktemp("said") / "feedback.sqlite"
    app = create_app(Settings(index=index_dir, feedback=feedback, admin_token="a-token-for-this-test"))
    with TestClient(app):
        yield schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_every_answer_is_documented_and_none_is_a_failure(
    described: Any, path: str, method: str, mode: GenerationMode
) -> None:
    operation = described[path][method.upper()]

    @hypothesis.given(operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    )
    def asked_and_answered(case: schemathesis.Case) -> None:
        # No schema can say which places exist, so a well-formed request may still name an unknown one.
        case.call_and_validate(headers=BEARER, excluded_checks=[positive_data_acceptance])

    asked_and_answered()


def test_every_body_has_an_example() -> None:
    schemas = DESCRIPTION["components"]["schemas"]
    bodies = {name for name in schemas if name.endswith("Request")}
    assert {"SearchRequest", "BatchRequest", "FeedbackRequest", "RebuildRequest"} <= bodies
    assert [name for name in sorted(bodies) if "examples" not in schemas[name]] == []


def test_guards_are_described() -> None:
    assert DESCRIPTION["components"]["securitySchemes"].keys() == {"API key", "admin token"}
    posted = DESCRIPTION["paths"]["/search"]["post"]
    assert {"200", "400", "401", "408", "413", "429", "503"} == posted["responses"].keys()
    assert posted["security"] == [{}, {"API key": []}]
    assert "401" not in DESCRIPTION["paths"]["/healthz"]["get"]["responses"]
