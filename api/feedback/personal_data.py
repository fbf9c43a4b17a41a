"""Numbers and addresses that name a person, taken out of what readers write."""

import re

_MASK = "[…]"
# Identity cards (18 places, the last may be X), bank and social security cards (16 to 19 digits), mobile phones,
# and e-mail addresses. Groups of digits may be set apart by a space or hyphen.
_NAMING = re.compile(
    r"(?<!\d)\d(?:[ -]?\d){14,17}(?:[ -]?[\dXx])(?!\d)"
    r"|(?<!\d)1[3-9]\d(?:[ -]?\d){8}(?!\d)"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}",
    re.ASCII,
)


def masked(text: str) -> str:
    """The text with each such number or address replaced by `[…]`."""
    return _NAMING.sub(_MASK, text)
