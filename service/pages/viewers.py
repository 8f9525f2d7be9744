"""Who asked, in words."""

from __future__ import annotations

from graph.view import View
from graph.viewer import Viewer
from service.languages import Lang, Words

WORDS = Words(
    {
        "operator": ("運営", "the operator"),
        "person": ("本人（{name}）", "{name}"),
        "mixer": ("ミキサー（{name}）", "the mixer {name}"),
        "space": ("コミュニティマネージャー（{name}）", "the manager of {name}"),
        "analyst": ("分析の担当", "an analyst"),
        "public": ("だれでも", "anybody"),
    }
)


def viewer_words(view: View, lang: Lang) -> str:
    """Say who asked, by the name that the view shows."""
    row = view.row_of.get(view.viewer.node or "")
    return named(view.viewer, view.viewer.key or "" if row is None else view.label(row), lang)


def named(viewer: Viewer, name: str, lang: Lang) -> str:
    """Say who asked, under a name."""
    return WORDS.say(str(viewer.role), lang, name=name)
