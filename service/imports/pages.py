"""The pages of an import."""

from __future__ import annotations

from collections.abc import Sequence

from graph.errors import MusubiError
from ingest.mapping import NOT_USED
from ingest.profile import PROFILES, profile
from service.imports.found import Look, TableChoice
from service.imports.logic import MOST_BYTES
from service.imports.uploads import Upload
from service.imports.words import meaning_words, message
from service.languages import Lang
from service.pages.rendering import render

SHOWN = 50
MIB = 1024 * 1024


def imports_page(spaces: Sequence[str], token: str, lang: Lang, error: MusubiError | None) -> str:
    """Give the page that asks for a file.

    Parameters
    ----------
    spaces : sequence of str
        Names of known spaces.
    token : str
        Token of the form.
    lang : Lang
        Language.
    error : MusubiError or None
        Why the file that was brought before could not be taken.
    """
    return render(
        "imports.html", lang, forms=True, served=True, home=False, spaces=spaces, token=token,
        most_mib=MOST_BYTES // MIB, error=str(error) if error else "", text=lambda key, **v: message(key, lang, **v),
    )  # fmt: skip


def import_page(upload: Upload, seen: Look, token: str, lang: Lang, error: MusubiError | None) -> str:
    """Give the page of one file: how it is read, what it brings, what is to be looked at.

    Parameters
    ----------
    upload : Upload
        The file.
    seen : Look
        What was found in it.
    token, lang, error
        As for `imports_page`.
    """
    from service.cli.import_report import note_line, problem_words

    return render(
        "import.html", lang, forms=True, served=True, home=False, upload=upload, seen=seen, token=token,
        stored=upload.path is None, error=str(error) if error else "",
        text=lambda key, **v: message(key, lang, **v), meaning=lambda key: meaning_words(key, lang),
        problems=[(p, problem_words(p, lang)) for p in seen.problems[:SHOWN]], left=len(seen.problems) - SHOWN,
        lead=[_used(table, lang) for table in seen.tables] or [seen.why],
        notes=[note_line(note, lang) for note in seen.notes[:SHOWN]],
    )  # fmt: skip


def _used(table: TableChoice, lang: Lang) -> str:
    title = profile(table.profile).title[lang.value] if table.profile in PROFILES else table.profile
    used = sum(column.meaning != NOT_USED for column in table.columns)
    return message("used", lang, title=title, all=len(table.columns), used=used)
