"""From a template to a page that is complete in itself: style inside, nothing loaded, no script."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from service.languages import Lang
from service.pages.words import WORDS

STYLE = "style.css"
OTHER = {Lang.JA: Lang.EN, Lang.EN: Lang.JA}


def render(template: str, lang: Lang, **values: object) -> str:
    """Render a page.

    Parameters
    ----------
    template : str
        Name of a file in ``templates``.
    lang : Lang
        Language of the page.
    **values
        What the template shows; every text is escaped there. ``forms`` tells that it holds forms of this service.
    """
    page = _templates().get_template(template)
    return page.render(
        lang=lang.value,
        other=OTHER[lang].value,
        say=lambda key, **places: WORDS.say(key, lang, **places),
        style=style(),
        policy=content_policy(forms=bool(values.get("forms"))),
        **values,
    )


@cache
def style() -> str:
    """Give the style sheet that every page holds."""
    loader = _templates().loader
    assert loader is not None
    return loader.get_source(_templates(), STYLE)[0]


@cache
def content_policy(*, forms: bool = False) -> str:
    """Give the content security policy of the pages: this style sheet, forms to this service where a page has them.

    References
    ----------
    W3C (2024), "Content Security Policy Level 3", hash-source expressions.
    """
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    target = "'self'" if forms else "'none'"
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action {target}"


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("service.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
