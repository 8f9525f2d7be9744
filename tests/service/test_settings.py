"""The one place that reads the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import WrongUse
from service.languages import Lang
from service.settings import Settings, beside_store, load_settings


def test_defaults() -> None:
    settings = load_settings()
    assert (settings.store, settings.lang, settings.neo4j_password) == ("sqlite:///musubi.db", None, None)
    assert settings.language is Lang.EN


@pytest.mark.parametrize(
    ("values", "lang"),
    [
        ({"LANG": "ja_JP.UTF-8"}, Lang.JA),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, Lang.EN),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "ja"}, Lang.JA),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": ""}, Lang.JA),
        ({"LANG": "ja_JP.UTF-8", "MUSUBI_LANG": "en"}, Lang.EN),
    ],
)
def test_language_of_the_locale(monkeypatch: pytest.MonkeyPatch, values: dict[str, str], lang: Lang) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert load_settings().language is lang


def test_the_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSUBI_NEO4J_PASSWORD", "hush-hush")
    settings = load_settings()
    assert "hush" not in repr(settings)
    assert "hush" not in settings.model_dump_json()
    assert settings.neo4j_password is not None
    assert settings.neo4j_password.get_secret_value() == "hush-hush"


def test_wrong_values_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSUBI_LANG", "xx")
    with pytest.raises(WrongUse, match="MUSUBI_LANG"):
        load_settings()


def test_companion_files() -> None:
    assert beside_store("sqlite:///a/b.db", ".vectors") == Path("a/b.db.vectors")
    assert beside_store("sqlite:////a/%20b.db", "") == Path("/a/ b.db")
    assert beside_store("memory://", ".vectors") is None
    on_server = beside_store("neo4j://neo4j@graph.example:7687/people", ".vectors")
    assert on_server is not None
    assert on_server.parent == Path()
    assert on_server != beside_store("neo4j://neo4j@graph.example:7687/others", ".vectors")


def test_settings_take_nothing_else() -> None:
    imports = {"import_text_mib", "import_cpu_s", "import_memory_mib"}
    others = {"store", "lang", "encoder", "neo4j_password", "passphrase", "locale"}
    assert set(Settings.model_fields) == others | imports
