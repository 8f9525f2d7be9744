"""Forms as browsers send them, read within limits.

References
----------
Masinter (2015), RFC 7578, "Returning Values from Forms: multipart/form-data".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qsl

from graph.errors import Refused, WrongUse

MOST_PARTS = 16
MOST_FIELDS = 1_000
NO_FORM = "the request is no form of this page"


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form: the name of a file, empty where it is none, and the content."""

    filename: str
    content: bytes


async def body_of(stream: AsyncIterator[bytes], most_bytes: int) -> bytes:
    """Read the body of a request, and stop at the first byte too many.

    Raises
    ------
    Refused
        If it is larger than allowed.
    """
    body = bytearray()
    async for chunk in stream:
        body += chunk
        if len(body) > most_bytes:
            raise Refused(f"the upload is larger than {most_bytes:,} bytes")
    return bytes(body)


def parts_of(content_type: str, body: bytes) -> dict[str, Part]:
    """Give the fields of a multipart form by name; of two of one name the first.

    Parameters
    ----------
    content_type : str
        Header of the request, with the boundary.
    body : bytes
        Its body, whole.

    Raises
    ------
    WrongUse
        If it is no such form.
    """
    boundary = _parameters("Content-Type", content_type).get("boundary", "")
    if not content_type.lower().startswith("multipart/form-data") or not 1 <= len(boundary) <= 70:
        raise WrongUse(NO_FORM)
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if len(pieces) < 3 or len(pieces) > MOST_PARTS + 2 or not pieces[-1].startswith(b"--"):
        raise WrongUse(NO_FORM)
    found: dict[str, Part] = {}
    for piece in pieces[1:-1]:
        name, part = _part(piece)
        found.setdefault(name, part)
    return found


def fields_of(body: bytes) -> dict[str, str]:
    """Give the fields of a form without files by name.

    Raises
    ------
    WrongUse
        If it holds too many or is no UTF-8.
    """
    try:
        return dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=MOST_FIELDS))
    except (UnicodeError, ValueError) as error:
        raise WrongUse(NO_FORM) from error


def _part(piece: bytes) -> tuple[str, Part]:
    head, blank, content = piece.partition(b"\r\n\r\n")
    if not blank:
        raise WrongUse(NO_FORM)
    try:
        lines = head.decode("utf-8").split("\r\n")
    except UnicodeError as error:
        raise WrongUse(NO_FORM) from error
    disposition = next((t for t in lines if t.lower().startswith("content-disposition:")), "")
    given = _parameters("Content-Disposition", disposition.partition(":")[2].strip())
    if "name" not in given:
        raise WrongUse(NO_FORM)
    return given["name"], Part(given.get("filename", ""), content)


def _parameters(name: str, value: str) -> Mapping[str, str]:
    message = EmailMessage()
    try:
        message[name] = value
        return dict(message[name].params)
    except (ValueError, AttributeError, IndexError) as error:
        raise WrongUse(NO_FORM) from error
