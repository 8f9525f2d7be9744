"""``/imports``: bring a file, look at what it would bring, store it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from graph.errors import Conflict, MusubiError, NotPermitted, Refused, StoreUnavailable, Unknown, WrongUse
from service.dependencies import EngineOf, page
from service.engine import Engine
from service.errors import SEE_OTHER, documented
from service.imports.found import Look
from service.imports.logic import MOST_BYTES, look, problems_csv, take
from service.imports.multipart import body_of, fields_of, parts_of
from service.imports.pages import import_page, imports_page
from service.imports.uploads import Upload, Uploads
from service.languages import Lang
from service.spaces.logic import spaces

T = TypeVar("T")
FORM_BYTES = 256 * 1024
ENVELOPE_BYTES = 16 * 1024
PROBLEMS = (Unknown, WrongUse, StoreUnavailable)
LangOf = Annotated[Lang | None, Query(description="Language of the page.")]
KeyOf = Annotated[str, Path(max_length=40, description="Key of a file that was brought.", examples=["3f0c…"])]


def uploads_of(request: Request) -> Uploads:
    """Give the files that wait for a decision."""
    uploads: Uploads = request.app.state.uploads
    return uploads


def same_site(request: Request) -> None:
    """Refuse a form that a page of another site sent.

    Raises
    ------
    WrongUse
        If the browser says so.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise WrongUse("a form of another site")


UploadsOf = Annotated[Uploads, Depends(uploads_of)]
router = APIRouter(tags=["pages"], default_response_class=HTMLResponse)
SAME_SITE = [Depends(same_site)]


@router.get("/imports", summary="Bring a file", responses=documented(*PROBLEMS[1:]))
def form(engine: EngineOf, uploads: UploadsOf, lang: LangOf = None) -> HTMLResponse:
    """Ask for a file and the space that it is of."""
    return page(_form(engine, uploads, lang or engine.lang), forms=True)


@router.post("/imports", summary="Look at a file", responses=documented(*PROBLEMS, Refused), dependencies=SAME_SITE)
async def bring(request: Request, engine: EngineOf, uploads: UploadsOf, lang: LangOf = None) -> Response:
    """Keep a file in a private temporary folder and show what it would bring."""
    said = lang or engine.lang
    try:
        parts = parts_of(request.headers.get("content-type", ""), await _body(request, MOST_BYTES + ENVELOPE_BYTES))
        uploads.tokens.require("bring", _text(parts["token"].content) if "token" in parts else "")
        if "file" not in parts or not parts["file"].content:
            raise Refused("no file was chosen")
        if len(parts["file"].content) > MOST_BYTES:
            raise Refused(f"{len(parts['file'].content):,} bytes, at most {MOST_BYTES:,}")
        space = _text(parts["space"].content).strip()[:200] if "space" in parts else ""
        upload = uploads.keep(parts["file"].filename, parts["file"].content, space)
    except (Refused, WrongUse) as error:
        return page(await run_in_threadpool(_form, engine, uploads, said, error), error=error, forms=True)
    try:
        await run_in_threadpool(_seen, engine, upload)
    except (Refused, WrongUse) as error:
        uploads.forget(upload)
        return page(await run_in_threadpool(_form, engine, uploads, said, error), error=error, forms=True)
    return _to(upload, said)


@router.get("/imports/{key}", summary="What a file would bring", responses=documented(*PROBLEMS))
def shown(engine: EngineOf, uploads: UploadsOf, key: KeyOf, lang: LangOf = None) -> HTMLResponse:
    """Show how a file is read and what it would bring; after it was stored, what it brought."""
    upload = uploads.find(key)
    return page(_page(upload, _seen(engine, upload), uploads, lang or engine.lang), forms=True)


@router.post("/imports/{key}/reading", summary="Read columns in another way",
             responses=documented(*PROBLEMS, Refused), dependencies=SAME_SITE)  # fmt: skip
async def read(
    request: Request, engine: EngineOf, uploads: UploadsOf, key: KeyOf, lang: LangOf = None
) -> Response:  # fmt: skip
    """Read the file with the meanings that somebody chose."""
    upload, fields = uploads.find(key), await _fields(request, uploads, key)
    before = await run_in_threadpool(_seen, engine, upload)
    chosen = {
        c.header: fields[c.key] for table in before.tables for c in table.columns if fields.get(c.key, "") in c.choices
    }
    held = upload.columns, upload.seen
    upload.columns, upload.seen = chosen, None

    def again() -> Look:
        try:
            return _seen(engine, upload)
        except (Refused, WrongUse):
            upload.columns, upload.seen = held
            raise

    return await _done(upload, engine, uploads, lang or engine.lang, again)


@router.post("/imports/{key}/stored", summary="Store a file",
             responses=documented(*PROBLEMS, Refused, NotPermitted, Conflict), dependencies=SAME_SITE)  # fmt: skip
async def store(
    request: Request, engine: EngineOf, uploads: UploadsOf, key: KeyOf, lang: LangOf = None
) -> Response:  # fmt: skip
    """Store the file in one transaction and remove it from the temporary folder."""
    upload = uploads.find(key)
    await _fields(request, uploads, key)
    return await _done(upload, engine, uploads, lang or engine.lang, lambda: _taken(engine, upload))


@router.post("/imports/{key}/discarded", summary="Put a file away",
             responses=documented(*PROBLEMS), dependencies=SAME_SITE)  # fmt: skip
async def discard(
    request: Request, engine: EngineOf, uploads: UploadsOf, key: KeyOf, lang: LangOf = None
) -> Response:  # fmt: skip
    """Remove the file; nothing of it was stored."""
    upload = uploads.find(key)
    await _fields(request, uploads, key)
    uploads.forget(upload)
    return RedirectResponse(f"/imports?lang={lang or engine.lang}", SEE_OTHER)


@router.get("/imports/{key}/problems.csv", summary="Rows to look at", responses=documented(*PROBLEMS))
def problems(engine: EngineOf, uploads: UploadsOf, key: KeyOf) -> Response:
    """Give the rows that are refused or to be looked at as CSV that is safe to open in a spreadsheet."""
    upload = uploads.find(key)
    name = quote(f"problems-{upload.name}.csv")
    headers = {"Content-Disposition": f"attachment; filename=\"problems.csv\"; filename*=UTF-8''{name}"}
    return Response(problems_csv(_seen(engine, upload).problems, upload.name), media_type="text/csv", headers=headers)


async def _done(upload: Upload, engine: Engine, uploads: Uploads, lang: Lang, act: Callable[[], Look]) -> Response:
    """Do something with a file and show it; what cannot be done is told on its page."""
    try:
        await run_in_threadpool(act)
    except (Refused, WrongUse, NotPermitted, Conflict) as error:
        seen = await run_in_threadpool(_seen, engine, upload)
        return page(_page(upload, seen, uploads, lang, error), error=error, forms=True)
    return _to(upload, lang)


def _seen(engine: Engine, upload: Upload) -> Look:
    with upload.taking:
        if upload.seen is None:
            with engine.reader() as reader:
                upload.seen = look(upload, reader.store, engine.url)
        return upload.seen


def _taken(engine: Engine, upload: Upload) -> Look:
    with upload.taking:
        if upload.path is not None:
            with engine.reader() as reader:
                upload.seen = take(upload, reader.store, engine.url, str(reader.viewer))
        if upload.seen is None:
            raise WrongUse("this file is not here any more")
        return upload.seen


def _form(engine: Engine, uploads: Uploads, lang: Lang, error: MusubiError | None = None) -> str:
    with engine.reader() as reader:
        names = [space.name for space in spaces(engine.view(reader))]
        reader.record("page imports", n=len(names))
    return imports_page(names, uploads.tokens.make("bring"), lang, error)


def _page(upload: Upload, seen: Look, uploads: Uploads, lang: Lang, error: MusubiError | None = None) -> str:
    return import_page(upload, seen, uploads.tokens.make(upload.key), lang, error)


def _to(upload: Upload, lang: Lang) -> Response:
    return RedirectResponse(f"/imports/{upload.key}?lang={lang}", SEE_OTHER)


async def _body(request: Request, most_bytes: int) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdecimal() and int(length) > most_bytes:
        raise Refused(f"the upload is larger than {most_bytes:,} bytes")
    return await body_of(request.stream(), most_bytes)


async def _fields(request: Request, uploads: Uploads, key: str) -> dict[str, str]:
    fields = fields_of(await _body(request, FORM_BYTES))
    uploads.tokens.require(key, fields.get("token", ""))
    return fields


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeError as error:
        raise WrongUse("the form is not in UTF-8") from error
