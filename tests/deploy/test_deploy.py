"""The files of deploy/: linted, and true: their commands, ports, paths and settings exist."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from api.cli.commands import main
from api.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETTINGS = {f"YIBAO_{name.upper()}" for name in Settings.model_fields}


def run(*command: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, **options)


def tool(name: str) -> str:
    """A linter beside this Python, or anywhere."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed here")
    return found


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's (instruction, arguments), without comments, with continued lines joined."""
    lines = [
        line
        for line in (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in joined.splitlines()]


def image_environment() -> dict[str, str]:
    last = [arguments for name, arguments in instructions() if name == "ENV"][-1]
    return dict(pair.split("=", maxsplit=1) for pair in shlex.split(last))


def one(instruction: str) -> str:
    [arguments] = [arguments for name, arguments in instructions() if name == instruction]
    return arguments


def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return document


def unit() -> dict[str, list[str]]:
    """The keys of the unit's [Service]; systemd lets a key stand several times."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "yibao.service").read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", maxsplit=1)
            found.setdefault(name, []).append(value)
    return found


def assert_command(words: list[str]) -> None:
    """`yibao WORDS` is a command whose options exist."""
    command = main.commands[words[0]]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words[1:] if word.startswith("-")} <= options


# Linters


def test_dockerfile_passes_its_linter() -> None:
    done = run(tool("hadolint"), DEPLOY / "Dockerfile")
    assert done.returncode == 0, done.stdout


def test_compose_file_fits_the_specification() -> None:
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    done = run(*command, DEPLOY / "compose.yaml")
    assert done.returncode == 0, done.stdout


@pytest.fixture
def local_unit(tmp_path: Path) -> Path:
    """The unit with a command that exists on this machine, which systemd insists on."""
    text = (DEPLOY / "yibao.service").read_text(encoding="utf-8")
    place = tmp_path / "yibao.service"
    place.write_text(text.replace("/opt/yibao/.venv/bin/yibao", str(Path(sys.executable).with_name("yibao"))))
    return place


def test_unit_is_understood_by_systemd(local_unit: Path) -> None:
    done = run(tool("systemd-analyze"), "verify", local_unit)
    assert (done.returncode, done.stderr) == (0, "")


def test_unit_is_as_closed_as_systemd_can_say(local_unit: Path) -> None:
    command = [tool("systemd-analyze"), "security", "--offline=true", "--threshold=20", local_unit]
    done = run(*command)
    assert done.returncode == 0, done.stdout.splitlines()[-1]  # an exposure of at most 2.0 of 10


# The image


def test_image_copies_what_exists_and_everything_that_is_packaged() -> None:
    copied = [arguments.split() for name, arguments in instructions() if name == "COPY"]
    sources = {source for words in copied if not words[0].startswith("--") for source in words[:-1]}
    assert all((ROOT / source).exists() for source in sources)
    assert sources >= set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert PROJECT["project"]["readme"] in sources
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert sources == {line[1:] for line in sent if line.startswith("!")}


def test_image_runs_a_command_of_ours_on_the_ports_it_names() -> None:
    environment = image_environment()
    assert one("ENTRYPOINT") == '["yibao"]'
    assert "yibao" in PROJECT["project"]["scripts"]
    [command] = [arguments for name, arguments in instructions() if name == "CMD"]
    assert_command(yaml.safe_load(command))
    assert one("EXPOSE").split() == [environment["YIBAO_PORT"], environment["YIBAO_MCP_PORT"]]
    assert {name for name in environment if name.startswith("YIBAO_")} <= SETTINGS
    settings = Settings(
        **{name.removeprefix("YIBAO_").lower(): v for name, v in environment.items() if name in SETTINGS}
    )
    assert settings.host == "0.0.0.0"


def test_image_writes_only_to_its_volume_and_is_not_root() -> None:
    environment = image_environment()
    volume = Path(one("VOLUME"))
    for name in ("YIBAO_INDEX", "YIBAO_FEEDBACK"):
        assert Path(environment[name]).is_relative_to(volume)
    assert one("USER") == "10001:10001"
    assert [name for name, _ in instructions()].index("USER") > 0
    assert any(name == "RUN" and "useradd --uid 10001" in arguments for name, arguments in instructions())


def test_image_is_of_a_python_that_the_project_supports() -> None:
    bases = {arguments.split()[0] for name, arguments in instructions() if name == "FROM"}
    [base] = bases
    version = re.fullmatch(r"python:(\d+)\.(\d+)-slim", base)
    assert version
    lowest = tuple(map(int, PROJECT["project"]["requires-python"].removeprefix(">=").split(".")))
    assert (int(version[1]), int(version[2])) >= lowest


def health_check(port: int) -> int:
    """The exit status of the image's health check, run here."""
    words: list[str] = yaml.safe_load(one("HEALTHCHECK").split("CMD ", maxsplit=1)[1])
    assert words[0] == "python"
    return run(sys.executable, *words[1:], env={"YIBAO_PORT": str(port)}).returncode


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_health_check_asks_whether_the_service_can_answer(status: int, healthy: bool) -> None:
    asked = []

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Not among the output of the tests."""

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.handle_request, daemon=True).start()
        assert (health_check(server.server_port) == 0) is healthy
    assert asked == ["/readyz"]
    assert health_check(server.server_port) != 0  # nobody listens there any more


# What is installed


def requirements(models: str) -> set[str]:
    done = run(sys.executable, DEPLOY / "dependencies.py", models)
    assert done.returncode == 0, done.stderr
    return {Requirement(line).name for line in done.stdout.splitlines()}


def test_small_image_leaves_out_only_what_other_models_need() -> None:
    everything = requirements("any")
    assert everything - requirements("bundled") == {"torch", "sentence-transformers"}
    assert everything >= {Requirement(line).name for line in PROJECT["project"]["dependencies"]}


def test_unknown_choice_of_models_is_refused() -> None:
    done = run(sys.executable, DEPLOY / "dependencies.py", "all")
    assert done.returncode != 0
    assert "bundled or any" in done.stderr


WITHOUT_TORCH = """
import sys
for name in ("torch", "sentence_transformers", "transformers"):
    sys.modules[name] = None  # importing it fails, as where it is not installed
from pathlib import Path
from click.testing import CliRunner
from starlette.testclient import TestClient
from api.app import create_app
from api.cli.commands import main
from api.settings import Settings
corpus, index = sys.argv[1:]
built = CliRunner().invoke(main, ["rebuild-index", "--corpus", corpus, "--index", index], catch_exceptions=False)
assert built.exit_code == 0, built.output
with TestClient(create_app(Settings(index=Path(index)))) as client:
    assert client.get("/readyz").json()["mode"] == "hybrid"
    assert client.post("/answer", json={"question": "失业登记在哪里办理"}).status_code == 200
other = CliRunner().invoke(main, ["search", "登记", "--index", index], env={"YIBAO_MODEL": "some/model"})
sys.stdout.write(other.output)
"""


def test_service_rebuilds_and_answers_without_what_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(
        "失业登记怎么办\n\n失业登记可以在社区窗口办理，当天办完。\n", encoding="utf-8"
    )
    command = [sys.executable, "-c", WITHOUT_TORCH, str(tmp_path / "corpus"), str(tmp_path / "index")]
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "some/model" in done.stdout + done.stderr  # another model cannot be loaded, and it is said


# Compose


def test_services_run_commands_of_ours_on_the_ports_of_the_image() -> None:
    environment = image_environment()
    inside = {"search": environment["YIBAO_PORT"], "mcp": environment["YIBAO_MCP_PORT"]}
    for name, service in compose()["services"].items():
        assert_command(service["command"])
        ports = service.get("ports", [])
        assert [port.rsplit(":", maxsplit=1)[1] for port in ports] == (
            [inside[name]] if name in inside else []
        )
        assert all("127.0.0.1" in port for port in ports), "only this machine, unless someone says otherwise"
    health = compose()["services"]["mcp"]["healthcheck"]["test"][-1]
    assert inside["mcp"] in health


def test_services_are_built_from_the_dockerfile_and_share_its_volume() -> None:
    services = compose()["services"]
    for service in services.values():
        build = service["build"]
        assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
        assert service["volumes"][0].split(":")[:2] == ["data", one("VOLUME")]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    for name in ("search", "rebuild"):
        corpus = services[name]["volumes"][1]
        assert corpus.endswith(f":{image_environment()['YIBAO_CORPUS']}:ro")
        default = corpus.split(":-")[1].split("}")[0]
        assert (DEPLOY / default).is_dir()


# systemd


def test_unit_starts_a_command_of_ours_with_known_settings() -> None:
    service = unit()
    program, *words = service["ExecStart"][0].split()
    assert Path(program).name in PROJECT["project"]["scripts"]
    assert_command(words)
    named = {value.split("=")[0] for value in service["Environment"]}
    assert {name for name in named if name.startswith("YIBAO_")} <= SETTINGS


def test_unit_writes_only_where_it_may() -> None:
    service = unit()
    settings = dict(value.split("=", maxsplit=1) for value in service["Environment"])
    state = Path("/var/lib") / service["StateDirectory"][0]
    assert service["ProtectSystem"] == ["strict"]
    for name in ("YIBAO_INDEX", "YIBAO_FEEDBACK"):
        assert Path(settings[name]).is_relative_to(state)


# What docs/deploy.md says

DOCUMENT = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


def test_document_names_what_exists() -> None:
    variables = {"YIBAO_ARTICLES"}  # of the compose file itself
    assert set(re.findall(r"YIBAO_\w+", DOCUMENT)) <= SETTINGS | variables
    assert "${YIBAO_ARTICLES:-" in (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    for path in re.findall(r"\bdeploy/[\w.]+\w", DOCUMENT):
        assert (ROOT / path).exists() or path == "deploy/yibao.env"
    for name in re.findall(r"^docker compose .*? run --rm (\w+)", DOCUMENT, re.MULTILINE):
        assert name in compose()["services"]
    for name in re.findall(r"--profile (\w+)", DOCUMENT):
        assert any(name in service.get("profiles", []) for service in compose()["services"].values())


def test_unit_and_document_agree_on_folders() -> None:
    settings = dict(value.split("=", maxsplit=1) for value in unit()["Environment"])
    for place in (
        settings["YIBAO_INDEX"],
        settings["YIBAO_CORPUS"],
        unit()["EnvironmentFile"][0].lstrip("-"),
    ):
        assert place in DOCUMENT


def locked() -> dict[str, tuple[str, int]]:
    """Of each package of the lock, its version and how many hashes it may have."""
    entries = re.split(r"\n(?=\S)", (DEPLOY / "requirements.lock").read_text(encoding="utf-8"))
    found = {}
    for entry in entries:
        if not entry.startswith("#"):
            name, version = re.match(r"([\w.-]+)==([^\s;\\]+)", entry).groups()
            found[name.lower()] = (version, len(re.findall(r"--hash=sha256:[0-9a-f]{64}", entry)))
    return found


def test_the_lock_names_every_dependency_in_a_version_that_the_project_admits():
    done = run(sys.executable, DEPLOY / "dependencies.py", "bundled")
    wanted = [Requirement(line) for line in done.stdout.splitlines()]
    versions = {name: version for name, (version, _) in locked().items()}
    for requirement in wanted:
        assert requirement.specifier.contains(versions[requirement.name.lower()]), requirement
    assert not {"torch", "sentence-transformers"} & versions.keys()


def test_every_file_of_the_lock_is_known_by_its_hash():
    assert min(hashes for _, hashes in locked().values()) >= 1
