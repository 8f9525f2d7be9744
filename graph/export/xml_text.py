"""Text in XML: what may stand in ids, attributes and content, and ids given back."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

# XML 1.0, production 2 (Char): what stands outside these ranges has no way to be written at all.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# XML 1.0, production 7 (Nmtoken), which the GraphML schema asks of ids and names; "_x" begins an escape.
_NO_TOKEN = re.compile(
    "_(?=x)|[^:A-Za-z_.0-9\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff-]"
)
_ESCAPED = re.compile("_x([0-9A-F]{4,6})_")
_CONTROL_PICTURES = 0x2400
_REPLACEMENT = "\ufffd"


def content(text: str) -> str:
    """Escape element content; a carriage return would come back as a line feed otherwise."""
    return escape(visible(text), {"\r": "&#13;"})


def attribute(text: str) -> str:
    """Give an attribute value in quotes, with line breaks and tabs kept."""
    return quoteattr(visible(text))


def visible(text: str) -> str:
    """Replace characters that XML 1.0 forbids by their control picture, or by U+FFFD.

    Examples
    --------
    >>> visible("a\\x00b")
    'a␀b'
    """
    return FORBIDDEN.sub(_shown, text)


def token(text: str) -> str:
    """Give an id or name as a quoted attribute that the schema takes; different texts stay different."""
    return quoteattr(_NO_TOKEN.sub(_escaped, text))


def untoken(text: str) -> str:
    """Give back what `token` wrote, without its quotes.

    Examples
    --------
    >>> untoken("person:a_x0020_b"), untoken("person:a_x005F_x0020_b")
    ('person:a b', 'person:a_x0020_b')
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _escaped(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(_CONTROL_PICTURES + code) if code < ord(" ") else _REPLACEMENT
