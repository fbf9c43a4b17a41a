"""Some models think aloud between <think> and </think> before they answer; readers are shown the answer."""

_OPEN, _CLOSE = "<think>", "</think>"


class WithoutThinking:
    """Lets an answer through piece by piece, without the thinking at its start."""

    def __init__(self) -> None:
        self._held: str | None = ""  # None once the answer has begun

    def feed(self, piece: str) -> str:
        """The part of the answer that is certain now."""
        if self._held is None:
            return piece
        self._held += piece
        answer = self._held.lstrip()
        if _OPEN.startswith(answer[: len(_OPEN)]):
            answer = answer.partition(_CLOSE)[2].lstrip()
        if answer:
            self._held = None
        return answer

    def finish(self) -> str:
        """What was still held back; nothing where the thinking never ended."""
        held = (self._held or "").strip()
        return "" if held.startswith(_OPEN) else held
