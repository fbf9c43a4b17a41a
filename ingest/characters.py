"""Characters that carry no text go before anything is understood, so that offsets fit what is seen."""

import re

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# C0 and C1 controls, soft hyphen, zero-width and direction marks, byte order mark, object replacement; lone
# surrogates, which cannot be written as UTF-8 again; tags, in which words can stand that only a machine reads.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffc"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_ODD_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")


#: Controls can recolour or rewrite a terminal, and bidi marks can turn around what stands beside them. Scraped text is
#: rid of them already; whoever shows text that may not have come that way takes them out again.
DISTURBING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_characters(text: str) -> str:
    """The text with "\\n" as line end, plain spaces, and no control or invisible characters.

    The ideographic space (U+3000) stays: it indents paragraphs. Typos, punctuation and letter forms stay as
    the source has them.
    """
    return _ODD_SPACES.sub(" ", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))
