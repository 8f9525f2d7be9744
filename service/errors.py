"""Errors over HTTP: every status code, and problem documents that never repeat what arrived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from graph.errors import (
    Conflict,
    EncoderUnavailable,
    MusubiError,
    NotPermitted,
    Refused,
    StoreUnavailable,
    Unknown,
    WrongUse,
)
from service.languages import Words

DONE = HTTPStatus.OK.value
SEE_OTHER = HTTPStatus.SEE_OTHER.value
NOT_READY = HTTPStatus.SERVICE_UNAVAILABLE.value
PROBLEM_TYPE = "application/problem+json"
RETRY_AFTER_S = 5


class Busy(MusubiError):
    """Too many answers are being made at once: try again in a moment."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What an error means to a client: status, stable code, and which words tell it."""

    status: HTTPStatus
    code: str
    words: str


KINDS: Mapping[type[MusubiError], Kind] = {
    WrongUse: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "wrong_use", "bad"),
    Unknown: Kind(HTTPStatus.NOT_FOUND, "unknown", "not_found"),
    Refused: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "refused", "bad"),
    Conflict: Kind(HTTPStatus.CONFLICT, "conflict", "bad"),
    NotPermitted: Kind(HTTPStatus.FORBIDDEN, "not_permitted", "bad"),
    StoreUnavailable: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "store_unavailable", "store"),
    EncoderUnavailable: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "encoder_unavailable", "store"),
    Busy: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "busy", "busy"),
    MusubiError: Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "fault", "fault"),
}
INVALID = Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", "bad")
FOREIGN = Kind(HTTPStatus.MISDIRECTED_REQUEST, "foreign_host", "bad")
FAULT = KINDS[MusubiError]

WORDS = Words(
    {
        "not_found": (
            "お探しのものは見当たりません。名前が変わったか、見られないものかもしれません。",
            "It is not here. It may have another name, or it is not yours to see.",
        ),
        "bad": ("受け取れない指定があります。", "Something in the request cannot be taken."),
        "busy": (
            "混み合っています。少し待ってからもう一度どうぞ。",
            "Busy just now. Please try again in a moment.",
        ),
        "store": (
            "答えを作れません。musubi doctor で調べてください。",
            "No answer can be made: look with 'musubi doctor'.",
        ),
        "fault": ("こちらの不具合です。", "A fault of ours."),
    }
)


class Place(BaseModel):
    """One part of a request that cannot be taken."""

    where: str = Field(description="Part of the request.", examples=["query.k"])
    code: str = Field(description="Stable reason code.", examples=["greater_than_equal"])


class ProblemOut(BaseModel):
    """Problem document (RFC 9457)."""

    type: str = Field(examples=["urn:musubi:problem:unknown"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    code: str = Field(description="Stable code.", examples=["unknown"])
    detail: Mapping[str, str] = Field(description="Words by language, `ja` and `en`; never what arrived.")
    errors: list[Place] = Field(default_factory=list)


def kind_of_error(error: MusubiError) -> Kind:
    """Give what an error means, by the nearest of its classes."""
    return next(KINDS[cls] for cls in type(error).__mro__ if cls in KINDS)


def status_of(error: MusubiError) -> int:
    """Give the status code of an error, for pages that tell it themselves."""
    return kind_of_error(error).status.value


def problem(kind: Kind, errors: list[Place] | None = None, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Make a problem document."""
    body = ProblemOut(
        type=f"urn:musubi:problem:{kind.code}",
        title=kind.status.phrase,
        status=kind.status.value,
        code=kind.code,
        detail=WORDS.both(kind.words),
        errors=errors or [],
    )
    extra = {"Retry-After": str(RETRY_AFTER_S)} if kind.status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return JSONResponse(body.model_dump(), kind.status, {**extra, **(headers or {})}, PROBLEM_TYPE)


def documented(*errors: type[MusubiError]) -> dict[int | str, dict[str, Any]]:
    """Describe the problems of an operation for OpenAPI."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
    return {
        status.value: {"description": status.phrase, "model": ProblemOut, "content": {PROBLEM_TYPE: schema}}
        for status in (KINDS[error].status for error in errors)
    }


def install(app: FastAPI) -> None:
    """Answer every error of an application with a problem document."""

    @app.exception_handler(MusubiError)
    def on_musubi_error(request: Request, error: MusubiError) -> Response:
        return problem(kind_of_error(error))

    @app.exception_handler(RequestValidationError)
    def on_invalid(request: Request, error: RequestValidationError) -> Response:
        places = [Place(where=_where(e["loc"]), code=str(e["type"])) for e in error.errors()]
        return problem(INVALID, places)

    @app.exception_handler(HTTPException)
    def on_http(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        words = "not_found" if status is HTTPStatus.NOT_FOUND else "bad"
        return problem(Kind(status, status.name.lower(), words), headers=error.headers)


def _where(location: tuple[int | str, ...]) -> str:
    """Name the part of a request by declared names only: a name the client made up is not repeated."""
    part, *rest = (str(step) for step in location)
    return ".".join([part, *(step for step in rest if step in DECLARED)])


DECLARED = frozenset({"space", "for", "all", "k", "scope", "ranking", "pairs", "capacity", "lang", "key"})
