"""compose.yaml: its settings are those that this Neo4j has, and it opens no more than it says.

Docker is not started here; the server itself reads the settings.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.neo4j.server import DEFAULT_VERSION, ServerFailed, jars, java, run

pytestmark = pytest.mark.neo4j

COMPOSE = (Path(__file__).resolve().parents[2] / "compose.yaml").read_text(encoding="utf-8")
SETTINGS = dict(re.findall(r'^ +NEO4J_([a-z]\w+): "?([^"\n]+)"?$', COMPOSE, re.MULTILINE))


def setting(word: str) -> str:
    """Give the setting that a variable of the image names ("Modify the default configuration" of its manual)."""
    return word.replace("__", "\0").replace("_", ".").replace("\0", "_")


def validate(home: Path, settings: dict[str, str]) -> None:
    """Have the server read settings, without starting."""
    (home / "conf").mkdir(exist_ok=True)
    lines = "\n".join(f"{setting(word)}={value}" for word, value in settings.items())
    (home / "conf" / "neo4j.conf").write_text(f"{lines}\n")
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    admin = [java(DEFAULT_VERSION), "-cp", f"{jars(DEFAULT_VERSION)}/*", "org.neo4j.server.startup.Neo4jAdminCommand"]
    run([*admin, "server", "validate-config"], environment)


def test_the_server_knows_every_setting(tmp_path: Path) -> None:
    assert setting("db_tx__log_rotation_retention__policy") == "db.tx_log.rotation.retention_policy"
    assert len(SETTINGS) == 4
    validate(tmp_path, SETTINGS)
    with pytest.raises(ServerFailed, match=r"server\.memory\.heap\.maxsize"):
        validate(tmp_path, {**SETTINGS, "server_memory_heap_maxsize": "2g"})


def test_only_this_machine_and_whoever_has_the_password_come_in() -> None:
    ports = re.findall(r'^ +- "([^"]*:\d+)"', COMPOSE, re.MULTILINE)
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert re.findall(r"NEO4J_AUTH: (.*)", COMPOSE) == [
        "neo4j/${MUSUBI_NEO4J_PASSWORD:?set MUSUBI_NEO4J_PASSWORD, at least 8 characters}"
    ]


def test_it_is_the_series_that_the_tests_run() -> None:
    assert re.findall(r"image: neo4j:(\S+)", COMPOSE) == [f"{DEFAULT_VERSION.rpartition('.')[0]}-community"]


def test_it_is_looked_after_at_a_port_that_it_opens() -> None:
    asked = re.findall(
        r'^ +test: \["CMD-SHELL", "wget -q --spider http://localhost:(\d+) \|\| exit 1"\]$', COMPOSE, re.M
    )
    assert len(asked) == 1
    assert f"127.0.0.1:{asked[0]}:{asked[0]}" in COMPOSE
    assert set(re.findall(r"^ +(interval|timeout|retries): \d+s?$", COMPOSE, re.MULTILINE)) == {
        "interval", "timeout", "retries",
    }  # fmt: skip
    assert re.findall(r"^ +- (\S+):/data$", COMPOSE, re.MULTILINE) == ["neo4j-data"]
