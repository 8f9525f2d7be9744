"""A real Neo4j community server for tests: jars by Maven, a temporary home, a free port.

From the command line: ``python tests/neo4j/server.py [--port PORT]`` prints the address and the password,
and stops on SIGTERM or Ctrl-C. ``NEO4J=2026.09.0`` takes another version; from 2025 on a server needs
Java 21 or newer, of which ``JAVA25_HOME`` names the folder.
"""

from __future__ import annotations

import argparse
import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

DEFAULT_VERSION = "5.26.30"
LAST_SERIES_ON_JAVA_17 = 5
HEAP = os.environ.get("NEO4J_HEAP") or "1g"
PAGE_CACHE = os.environ.get("NEO4J_PAGE_CACHE") or "128m"
START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0
BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
LASTING = ("--add-modules=jdk.incubator.vector",)
"""As in the configuration that comes with the server: Lucene compares vectors by it where Java is new enough."""
PASSWORD = "only-for-tests"
USER_TIME, SYSTEM_TIME = 11, 12  # after the name of the command, in proc(5)
POM = Path(__file__).with_name("pom.xml")


class ServerFailed(Exception):
    """The server cannot be fetched or started; the message says what is missing."""


class Server:
    """One Neo4j server in a temporary home.

    Parameters
    ----------
    port : int or None
        Port of Bolt on 127.0.0.1; None = a free one.
    version : str or None
        Version of Neo4j; None = ``NEO4J`` of the environment, else the series of long support.
    brief : bool
        Whether it runs too briefly for Java's second compiler to pay, as in tests: half of the processor's time
        would go into compiling then, and into planning statements anew whenever a test has emptied the graph.

    Raises
    ------
    ServerFailed
        If Java or Maven is missing, the jars cannot be fetched, or Bolt does not answer in time.
    """

    password = PASSWORD

    def __init__(self, port: int | None = None, version: str | None = None, *, brief: bool = True) -> None:
        self._brief = brief
        self.version = version or os.environ.get("NEO4J") or DEFAULT_VERSION
        self.port = port or free_port()
        self._java = java(self.version)
        self._jars = jars(self.version)
        self._home = Path(tempfile.mkdtemp(prefix="musubi-neo4j-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)
        self._configure()

    @property
    def url(self) -> str:
        """Address without routing, as every tool takes it."""
        return f"bolt://neo4j@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until Bolt answers; after `kill` it recovers what was committed."""
        main = "org.neo4j.server.CommunityEntryPoint"
        if series(self.version) > LAST_SERIES_ON_JAVA_17:
            main = "org.neo4j.server.Neo4jCommunity"
        with (self._home / "console.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command("-Xms256m", f"-Xmx{HEAP}", *(BRIEF if self._brief else LASTING)), main,
                 f"--home-dir={self._home}", f"--config-dir={self._home / 'conf'}"],
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self._watch(self._process.pid)
        self._wait()

    def kill(self) -> None:
        """End the process with SIGKILL."""
        self._unwatch()
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Start again on the same data, whether it was killed or not."""
        self._terminate()
        self.start()

    def stop(self) -> None:
        """End the process and remove its home; harmless when repeated."""
        self._terminate()
        shutil.rmtree(self._home, ignore_errors=True)
        atexit.unregister(self.stop)

    def processor_s(self) -> float:
        """Give the seconds of the processor that the process has used so far, as Linux counts them."""
        if self._process is None:
            raise ServerFailed("the server is not running")
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[USER_TIME]) + int(fields[SYSTEM_TIME])) / os.sysconf("SC_CLK_TCK")

    def log(self) -> str:
        """Give what the process has printed."""
        return (self._home / "console.log").read_text(encoding="utf-8", errors="replace")

    def _watch(self, process: int) -> None:
        """Have the server ended when we are: the guard's input ends with us, however that comes about."""
        self._unwatch()
        command = ["sh", "-c", 'read -r _ || { kill -9 "$1"; rm -rf "$2"; }', "guard", str(process), str(self._home)]
        self._guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)

    def _unwatch(self) -> None:
        if self._guard is not None:
            self._guard.communicate(b"over\n")
            self._guard = None

    def _terminate(self) -> None:
        self._unwatch()
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def _configure(self) -> None:
        (self._home / "conf").mkdir()
        (self._home / "conf" / "neo4j.conf").write_text(
            "\n".join(
                [
                    "server.directories.data=data",
                    "server.default_advertised_address=127.0.0.1",
                    f"server.bolt.listen_address=127.0.0.1:{self.port}",
                    f"server.bolt.advertised_address=127.0.0.1:{self.port}",
                    "server.http.enabled=false",
                    f"server.memory.heap.max_size={HEAP}",
                    f"server.memory.pagecache.size={PAGE_CACHE}",
                    "dbms.usage_report.enabled=false",
                    "db.tx_log.preallocate=false",
                    f"dbms.cypher.min_replan_interval={'1h' if self._brief else '10s'}",
                    "",
                ]
            )
        )
        environment = {**os.environ, "NEO4J_HOME": str(self._home), "NEO4J_CONF": str(self._home / "conf")}
        admin = "org.neo4j.server.startup.Neo4jAdminCommand"
        run([*self._command(), admin, "dbms", "set-initial-password", PASSWORD], environment)

    def _command(self, *options: str) -> list[str]:
        return [self._java, *options, "-cp", f"{self._jars}/*"]

    def _wait(self) -> None:
        give_up = time.monotonic() + START_TIMEOUT_S
        with GraphDatabase.driver(self.url.replace("neo4j@", ""), auth=("neo4j", PASSWORD)) as driver:
            while True:
                try:
                    driver.verify_connectivity()
                    return
                except (DriverError, Neo4jError) as error:
                    if self._process is None or self._process.poll() is not None or time.monotonic() > give_up:
                        raise ServerFailed(f"Neo4j {self.version} did not start ({error}):\n{self.log()}") from error
                time.sleep(0.1)


def free_port() -> int:
    """Give a port on which nobody listens now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def series(version: str) -> int:
    """Give the first number of a version."""
    return int(version.partition(".")[0])


def java(version: str) -> str:
    """Give the java command that this version of the server needs."""
    if series(version) > LAST_SERIES_ON_JAVA_17:
        home = os.environ.get("JAVA25_HOME")
        if not home:
            raise ServerFailed(f"Neo4j {version} needs Java 25: name its folder in JAVA25_HOME")
        return str(Path(home) / "bin" / "java")
    found = shutil.which("java")
    if found is None:
        raise ServerFailed("java is missing: install Java 17 or newer (Debian: openjdk-17-jre-headless)")
    return found


def jars(version: str) -> Path:
    """Give the folder of the server's jars, fetched by Maven the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "musubi"
    folder = cache / f"neo4j-{version}"
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerFailed(f"Neo4j {version} is not in {cache} and mvn is missing: install Maven (Debian: maven)")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as name:
        fetched = Path(name) / "lib"
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={fetched}", f"-Dneo4j.version={version}"]
        run([maven, "-q", "-B", "-f", str(POM), *goal])
        fetched.rename(folder)
    return folder


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    """Run a command to its end."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerFailed(f"{command[0]} failed ({done.returncode}):\n{done.stdout}\n{done.stderr}")


def main() -> None:
    """Start a server, print its address and wait for the signal to stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, help="port of Bolt (default: a free one)")
    server = Server(parser.parse_args().port, brief=False)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        server.start()
        sys.stdout.write(f"{server.url}\n{server.password}\n")
        sys.stdout.flush()
        over.wait()
    finally:
        server.stop()


if __name__ == "__main__":
    try:
        main()
    except ServerFailed as failed:
        raise SystemExit(str(failed)) from None
