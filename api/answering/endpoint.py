"""Any OpenAI-compatible endpoint, asked by the `openai` package, which is imported with the first question to it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from api.settings import Settings
from ingest.errors import YibaoError

from .prompt import Message

if TYPE_CHECKING:
    from openai import AsyncOpenAI

log = logging.getLogger(__name__)


class EndpointError(YibaoError):
    """The endpoint gave no whole answer; the message says why in a few words, without its address or key."""

    status = 502


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where answers are written: base URL, model, key (empty for none), and seconds for a whole answer."""

    url: str
    model: str
    key: str = field(repr=False)
    timeout: float

    @classmethod
    def of(cls, settings: Settings) -> "Endpoint | None":
        """The endpoint that the settings name, if they name one."""
        if not settings.answer_url:
            return None
        key = settings.answer_key.get_secret_value() if settings.answer_key else ""
        return cls(settings.answer_url, settings.answer_model, key, settings.answer_timeout)

    async def write(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """The answer, piece by piece. Raises EndpointError unless the endpoint says that the answer is whole.

        Nothing but model and messages is sent: parameters such as a temperature are refused by some models.
        """
        until = asyncio.get_running_loop().time() + self.timeout
        # In a thread, since the import and the reading of certificates would hold up the event loop.
        client = await anyio.to_thread.run_sync(_client, self)
        ended: str | None = None
        async with client:
            try:
                async with asyncio.timeout_at(until):
                    stream: Any = await client.chat.completions.create(
                        model=self.model,
                        messages=list(messages),  # type: ignore[arg-type] # its own types for the same dictionaries
                        stream=True,
                    )
                chunks = aiter(stream)
                while True:
                    # Not around the whole loop: time that the reader takes is not the endpoint's.
                    async with asyncio.timeout_at(until):
                        chunk = await anext(chunks, None)
                    if chunk is None:
                        break
                    for choice in chunk.choices or ():
                        ended = choice.finish_reason or ended
                        if choice.delta and choice.delta.content:
                            yield choice.delta.content
            except Exception as error:
                raise self._understood(error) from error
        if ended is None:
            raise EndpointError("broke off")
        if ended in ("length", "content_filter"):
            raise EndpointError(f"stopped early ({ended})")

    def _understood(self, error: Exception) -> Exception:
        import openai  # noqa: PLC0415 - see above

        if isinstance(error, openai.APITimeoutError | TimeoutError):
            reason = f"took longer than {self.timeout:g} s"
        elif isinstance(error, openai.APIStatusError):
            reason = f"answered HTTP {error.status_code}"
        elif isinstance(error, openai.APIConnectionError):
            reason = "cannot be reached or broke off"
        elif isinstance(error, openai.OpenAIError | ValueError | AttributeError | TypeError):
            reason = "sent what cannot be understood"
        else:
            return error
        log.warning("%s at %s %s: %.300s", self.model, self.url, reason, error)
        return EndpointError(reason)


def _client(endpoint: Endpoint) -> "AsyncOpenAI":
    from openai import AsyncOpenAI  # noqa: PLC0415 - takes most of a second

    # The package insists on some key. A visitor would wait through retries; the quoted sentence is there at once.
    return AsyncOpenAI(
        base_url=endpoint.url, api_key=endpoint.key or "none", timeout=endpoint.timeout, max_retries=0
    )
