"""Every setting of the project: one table of name, default and help.

A setting is the environment variable `YIBAO_<NAME>`, or the lower-case name in `yibao.toml` in the working
folder; the variable wins. Command-line options win over both.
"""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ingest.errors import BadInputError
from ingest.field_mapping import FieldMapping

PREFIX = "YIBAO_"
FILE = "yibao.toml"
#: A shorter token or key could be guessed.
SHORTEST_SECRET = 16

Backend = Literal["local", "milvus"]


class Settings(BaseSettings):
    """The table. The description of a field is its help, here, in `--help` and in the README."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, validate_default=False)

    index: Path = Field(default=Path("build/index"), description="folder of the index")
    corpus: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(Path("corpus/articles"),),
        description="folders that `rebuild-index` reads, separated by the system's path separator",
    )
    model: str | None = Field(
        default=None,
        description="embedding model, a folder or hub name; empty for the bundled one or the index's own",
    )
    reranker: str | None = Field(
        default=None,
        description="cross-encoder that reads the best passages once more, a folder or hub name; empty for none",
    )
    backend: Backend | None = Field(
        default=None,
        description="`local` keeps the index in its folder, `milvus` in Milvus; empty for where the folder's last "
        "rebuild put it",
    )
    milvus_uri: str = Field(
        default="http://127.0.0.1:19530",
        description="address of Milvus, or a path ending in `.db` for milvus-lite",
    )
    milvus_collection: str = Field(default="yibao", description="name of the index in Milvus")
    milvus_token: SecretStr | None = Field(
        default=None, description="`user:password` or key for Milvus; empty for none"
    )
    milvus_database: str = Field(default="", description="database of Milvus; empty for its default one")
    milvus_timeout: float = Field(
        default=10, gt=0, le=3600, description="seconds that one request to Milvus may take"
    )
    host: str = Field(default="127.0.0.1", description="address that `yibao serve` listens on")
    port: int = Field(
        default=8000, ge=0, le=65535, description="port that `yibao serve` listens on; 0 for any free one"
    )
    mcp_port: int = Field(
        default=8001,
        ge=0,
        le=65535,
        description="port that `yibao mcp --http` listens on; 0 for any free one",
    )
    workers: int = Field(
        default=1, ge=1, le=64, description="processes of `yibao serve`; each holds the index"
    )
    # Searching is mostly Python, of which only one thread runs at a time: with 2 threads a search took 15 % more
    # processor time than with 1, with 4 half as much again.
    threads: int = Field(
        default=1,
        ge=1,
        le=256,
        description="searches that one process works on at a time; others wait; more for an index in Milvus",
    )
    reload_index: bool = Field(default=True, description="switch to a newly built index without a restart")
    max_batch: int = Field(
        default=200, ge=1, le=10_000, description="questions that one `POST /search/batch` may ask"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="web origins whose pages may call the service, separated by commas; empty for none",
    )
    answer_model: str = Field(
        default="", description="name of the model that writes answers at `YIBAO_ANSWER_URL`"
    )
    answer_url: str = Field(
        default="",
        description="base URL of an OpenAI-compatible endpoint that writes the answers of `POST /answer`, such as "
        "`http://127.0.0.1:11434/v1`; empty to quote the sentence that answers",
    )
    answer_key: SecretStr | None = Field(default=None, description="key of that endpoint; empty for none")
    answer_timeout: float = Field(
        default=30, gt=0, le=600, description="seconds that endpoint may take for a whole answer"
    )
    fields: dict[str, str] = Field(
        default={},
        description='names of your fields in JSONL and CSV, under `[fields]` in `yibao.toml`: `title = "headline"`',
    )
    feedback: Path = Field(
        default=Path("build/feedback.sqlite"), description="file that `POST /feedback` appends to"
    )
    # A process answered 170 to 250 a second when this was chosen: the last of them waits a second or so, and a burst of
    # visitors is answered instead of turned away.
    max_waiting: int = Field(
        default=256,
        ge=0,
        le=10_000,
        description="requests that may wait in one process; further ones are answered with 503 at once",
    )
    max_body: int = Field(
        default=2_000_000, ge=1_000, le=100_000_000, description="bytes that a request's body may have"
    )
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="keys of which a search needs one, of 16 characters or more, separated by commas; or `@FILE` with "
        "one a line; empty for no keys",
    )
    rate_limit: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="questions a minute for each key, or for each address where there are no keys; 0 for any number",
    )
    admin_token: SecretStr | None = Field(
        default=None,
        description="token of the admin routes, of 16 characters or more; without one, only this machine may use them",
    )
    log_questions: bool = Field(default=False, description="write each question into the access log")

    @field_validator("corpus", mode="before")
    @classmethod
    def _split_paths(cls, value: Any) -> Any:
        return [part for part in value.split(os.pathsep) if part] if isinstance(value, str) else value

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: Any) -> Any:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("cors_origins")
    @classmethod
    def _refuse_any_origin(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not origin.startswith(("http://", "https://")):
                raise ValueError(
                    f"{origin!r} is not an origin; name each one, such as https://portal.example"
                )
        return value

    @field_validator("api_keys", mode="before")
    @classmethod
    def _read_keys(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        separator = ","
        if value.startswith("@"):
            try:
                value, separator = Path(value[1:]).read_text(encoding="utf-8"), "\n"
            except (OSError, UnicodeDecodeError) as error:
                raise ValueError(f"the file of keys cannot be read: {error}") from None
        lines = (part.strip() for part in value.split(separator))
        return [line for line in lines if line and not line.startswith("#")]

    @field_validator("api_keys")
    @classmethod
    def _refuse_short_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in value:
            _refuse_short(key)
        return value

    @field_validator("admin_token")
    @classmethod
    def _refuse_short_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        _refuse_short(value)
        return value

    @field_validator("answer_url")
    @classmethod
    def _endpoint_is_whole(cls, value: str, info: ValidationInfo) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("it is a URL, such as http://127.0.0.1:11434/v1")
        if value and not info.data.get("answer_model"):
            raise ValueError(f"name its model, too, with {PREFIX}ANSWER_MODEL")
        return value

    @field_validator("fields")
    @classmethod
    def _known_fields(cls, value: dict[str, str]) -> dict[str, str]:
        FieldMapping.naming(value)
        return value

    @field_validator("model", "reranker")
    @classmethod
    def _empty_is_none(cls, value: str | None) -> str | None:
        return value or None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, FILE)


def _refuse_short(secret: SecretStr) -> None:
    if len(secret.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(
            f"it has fewer than {SHORTEST_SECRET} characters; make one with `openssl rand -hex 24`"
        )


class Row(NamedTuple):
    """One line of the table of settings, as documentation shows it."""

    name: str
    default: str
    help: str


def table() -> list[Row]:
    """Name, default and help of every setting, in the order of `Settings`."""
    return [
        Row(f"{PREFIX}{name.upper()}", shown_default(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def shown_default(default: Any) -> str:
    """A default as a user would write it; empty for none."""
    if isinstance(default, tuple):
        return ",".join(map(str, default))
    if isinstance(default, bool):
        return str(default).lower()
    return "" if default in (None, {}) else str(default)


def load_settings() -> Settings:
    """Read the environment and `yibao.toml`. Raises BadInputError naming the setting that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = ", ".join(Settings.model_fields)
            raise BadInputError(f"{FILE}: there is no setting {name!r}; known are {known}") from None
        # A secret is not shown, not even one that cannot be used.
        field = Settings.model_fields.get(str(first["loc"][0]))
        secret = field is not None and "Secret" in str(field.annotation)
        shown = "not usable" if secret else repr(first["input"])
        raise BadInputError(
            f"setting {PREFIX}{name.upper()} (or {name} in {FILE}) is {shown}: {first['msg']}"
        ) from None
    except ValueError as error:
        raise BadInputError(f"{FILE} is not valid TOML: {error}") from None
