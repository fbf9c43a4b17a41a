"""What the admin routes take and return."""

from typing import Any

from pydantic import ConfigDict, Field

from api.documents import Document

from .records import State


class RebuildRequest(Document):
    """How to rebuild; the body may be left out."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"full": True}]})

    full: bool = Field(default=False, description="read and embed everything anew")
    strict: bool = Field(
        default=False, description="fail where a file cannot be read, instead of leaving it out"
    )


class JobError(Document):
    code: str
    message: str


class JobDocument(Document):
    """A rebuild, and how far it is."""

    id: str
    state: State
    stage: str = Field(description="what it works on now")
    done: int = Field(description="steps of the stage that are done")
    total: int = Field(description="steps of the stage; 0 where they cannot be counted")
    started: str = Field(description="ISO date and time, UTC")
    updated: str
    finished: str | None
    full: bool
    strict: bool
    summary: dict[str, Any] | None = Field(
        description="what `yibao rebuild-index --json` prints, once it is done"
    )
    error: JobError | None = Field(description="why it failed")


class JobsDocument(Document):
    jobs: list[JobDocument] = Field(description="newest first")
