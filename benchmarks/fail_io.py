"""Fail the first, second, third … write or sync of a command until it succeeds, and look at what is left.

For every flow of `FLOWS`, as it is typed. Rules: the command ends with exit code 0 or 4 (no store), with 4 only where
a call failed; the file is sound; every change is there whole or not at all, in their order, with an audit that
verifies; what was acknowledged is there; the change log fits; said again, the commands end like undisturbed ones, and
of who was erased no byte is left. Once the one call fails, once that and all later ones, as on a full disk (SQLite's
own method: "How SQLite Is Tested", section 3.2).
"""

from __future__ import annotations

import argparse
import contextlib
import io
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.fail_io_flows import FLOWS, Command, Flow
from graph.snapshot import Snapshot
from graph.store import open_store
from graph.testing.failing_disk import FailingDisk, failing_disk
from graph.testing.samples import difference
from graph.testing.soundness import file_flaw, flaw
from service.cli.exits import ExitCode
from service.cli.main import run
from service.erasing import read_ledger


def main() -> None:
    """Run all flows both ways; exit 1 on the first broken rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="fail every STEP-th call only")
    parser.add_argument("--flow", choices=FLOWS, action="append", help="this flow only; may be repeated")
    options = parser.parse_args()
    for name in options.flow or FLOWS:
        with tempfile.TemporaryDirectory() as folder:
            trial = Trial(Path(folder), FLOWS[name])
            for for_good in (False, True):
                n = trial.until_it_succeeds(options.step, for_good=for_good)
                how = "and all later calls" if for_good else "alone"
                print(f"{name}: {n} calls failed one after the other, each {how}: 0 corrupt, 0 half, retries equal")


class Trial:
    """The commands of a flow over a store that holds something already."""

    def __init__(self, folder: Path, flow: Flow) -> None:
        self.folder, self.flow = folder, flow
        self.base, self.store = folder / "base", folder / "work" / "musubi.db"
        self.base.mkdir()
        self.commands = flow.begin(self.base)
        self.states = self._undisturbed()

    def until_it_succeeds(self, step: int, *, for_good: bool) -> int:
        """Fail one call after the other; give how many failed before all commands succeeded undisturbed."""
        number = 1
        while self.attempt(number, for_good=for_good).failed:
            number += step
        return (number - 1) // step

    def attempt(self, fail_at: int, *, for_good: bool) -> FailingDisk:
        """Say the commands while one call fails, look at what is left, and say them again."""
        self._fresh()
        done = 0
        what = f"{self.flow.name}, call {fail_at} failed"
        with failing_disk(fail_at, for_good=for_good) as disk:
            for command in self.commands:
                code = self._say(command)
                if code not in {ExitCode.DONE, ExitCode.NO_STORE} or (code and not disk.failed):
                    sys.exit(f"{what}: {' '.join(command)} ended with {code}")
                if code:
                    break
                done += 1
        self._look(done, what)
        return disk

    def _look(self, done: int, what: str) -> None:
        if found := file_flaw(self.store):
            sys.exit(f"{what}: the file is corrupt: {found}")
        with open_store(self.url) as store:
            versions = list(self.states)
            if store.version() not in versions:
                sys.exit(f"{what}: version {store.version()}, expected one of {versions}")
            there = versions.index(store.version())
            if not self._acknowledged(done) <= there <= self._acknowledged(done) + 1:
                sys.exit(f"{what}: {done} commands were acknowledged, {there} changes are there")
            earlier = self.states[store.version()]
            if found := flaw(store, earlier):
                sys.exit(f"{what}: {found}")
            earlier = store.snapshot()
        self._again(done, there, what)
        with open_store(self.url) as store:
            last = list(self.states.values())[-1]
            if found := flaw(store, last):
                sys.exit(f"{what}, tried again: {found}")
            if unlike := difference(store.refresh(earlier), last):
                sys.exit(f"{what}: the change log does not fit: {unlike}")
        self._nobody_left(what)

    def _acknowledged(self, done: int) -> int:
        return min(done, len(self.states) - 1)

    def _again(self, done: int, there: int, what: str) -> None:
        """Say the commands that were not acknowledged once more; one may be there and be told to be so."""
        if self.flow.fills and there > done:
            self._fresh()
        for number, command in enumerate(self.commands[done:], start=done):
            code = self._say(command)
            known = {ExitCode.DONE, ExitCode.WRONG_USE} if there > number else {ExitCode.DONE}
            if code not in known:
                sys.exit(f"{what}: {' '.join(command)} said again ended with {code}")

    def _nobody_left(self, what: str) -> None:
        if self.flow.erased and not read_ledger(self.url):
            sys.exit(f"{what}: the ledger beside the store is empty")
        for path in self.store.parent.iterdir():
            if left := [w for w in self.flow.erased if w in path.read_bytes()]:
                sys.exit(f"{what}: {path.name} still holds {left[0]!r}")

    def _undisturbed(self) -> dict[int, Snapshot]:
        """Give the graph before and after each command, by version."""
        self._fresh()
        states = {}
        for command in ((), *self.commands):
            if command and (code := self._say(command)):
                sys.exit(f"undisturbed, {' '.join(command)} ended with {code}")
            with open_store(self.url) as store:
                states[store.version()] = store.snapshot()
        return states

    def _fresh(self) -> None:
        shutil.rmtree(self.store.parent, ignore_errors=True)
        self.store.parent.mkdir()
        for path in self.base.glob("musubi.db*"):
            shutil.copy(path, self.store.parent)

    def _say(self, command: Command) -> int:
        told = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            return run(["--store", self.url, *command])

    @property
    def url(self) -> str:
        """Address of the store."""
        return f"sqlite:///{self.store}"


if __name__ == "__main__":
    main()
