"""``serve`` as a process: only for this machine, and it ends when told to."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Service:
    """A running service."""

    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service.cli.main", "serve", "--port", "0", "--store", url],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert self.process.stderr is not None
        said = self.process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
        assert found, said
        self.port = int(found.group(1))

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def end(self, number: int) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@pytest.fixture
def service(url: str) -> Iterator[Service]:
    running = Service(url)
    try:
        for _ in range(200):
            try:
                if running.get("/readyz")[0] == 200:
                    break
            except OSError:
                pass
            time.sleep(0.05)
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_ends_cleanly(service: Service, number: int) -> None:
    assert service.get("/livez") == (200, b'{"status":"ok"}')
    status, page = service.get("/spaces/KZ/sheet")
    assert status == 200
    assert "かぜのま" in page.decode()
    code, out, err = service.end(number)
    assert (code, out) == (0, "")
    assert "Traceback" not in err
    assert "見本" not in err


def test_a_taken_port_is_wrong_use(musubi, url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = musubi("serve", "--port", str(taken.getsockname()[1]), "--store", url)
    assert ended.code == 2
    assert "--port" in ended.err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.com", ""])
def test_other_hosts_are_refused_with_the_reason(musubi, url: str, host: str) -> None:
    ended = musubi("serve", "--host", host, "--store", url)
    assert (ended.code, ended.out) == (2, "")
    assert "accounts" in ended.err


def test_serving_needs_a_store(musubi, tmp_path: Path) -> None:
    assert musubi("serve", "--store", f"sqlite:///{tmp_path / 'no.db'}").code == 4
