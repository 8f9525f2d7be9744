"""What the service keeps between requests: the text encoder, views and answers of the present moment."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from pydantic import SecretStr

from embeddings.registry import Choice
from graph.calendar import today
from graph.latest import LatestViews
from graph.policy import Purpose
from graph.view import View
from graph.viewer import OPERATOR
from recommend.pipeline import Matchmaker
from recommend.results import Scope
from recommend.whatif import WhatIf
from recommend.why import Explanation
from service.errors import Busy
from service.languages import Lang
from service.pairs.logic import Pair, named, whatif, why
from service.reading import Reader, choose, open_with
from service.recommendations.logic import MakerOf, Question, Result, answer, maker_of


class Audited(Protocol):
    """An answer that can say what was read for it, without content."""

    def audit(self) -> dict[str, object]:
        """Say what was read."""


T = TypeVar("T", bound=Audited)
AT_ONCE = 2
PATIENCE_S = 20.0
MOST_ANSWERS = 32


class Engine:
    """Answers as the operator; one object for all threads.

    Parameters
    ----------
    url : str
        Address of the store.
    encoder : str or None
        As `embeddings.registry.choose_encoder` takes it.
    lang : Lang
        Language of pages when none is asked for.
    password : SecretStr or None
        Of a store on a server.

    Notes
    -----
    A store object belongs to one thread, so each request opens its own. Views and answers are kept under
    the state of the store and the day: a change is seen by the next request, and only what it touched is
    read. At most ``AT_ONCE`` answers are made at a time; who waits longer than ``PATIENCE_S`` is asked to
    come again.
    """

    def __init__(
        self, url: str, encoder: str | None = None, lang: Lang = Lang.JA, password: SecretStr | None = None
    ) -> None:
        self.url, self.lang, self._password = url, lang, password
        self._spec = encoder
        self._choice: Choice | None = None
        self._loading = threading.Lock()
        self._views = LatestViews()
        self._maker: Matchmaker | None = None
        self._making = threading.Lock()
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._answers: dict[tuple[str, dt.date, Question], Result] = {}

    @property
    def loaded(self) -> Choice | None:
        """The text encoder, None before it is loaded."""
        return self._choice

    def choice(self) -> Choice:
        """Give the text encoder; loads it the first time.

        Raises
        ------
        graph.errors.EncoderUnavailable
            If it cannot run here.
        """
        with self._loading:
            if self._choice is None:
                self._choice = choose(self._spec, self.url)
            return self._choice

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Open the store for one request."""
        with open_with(self.url, self._password) as store:
            yield Reader(store, OPERATOR)

    def view(self, reader: Reader) -> View:
        """Give what the operator may see for introductions."""
        return self._views.of(reader.store, reader.viewer, Purpose.INTRODUCTION)

    def result(self, question: Question, action: str) -> Result:
        """Answer a question, write its audit row, keep the answer until something changes.

        Raises
        ------
        service.errors.Busy
            If too many answers are being made.
        graph.errors.MusubiError
            As `service.recommendations.logic.answer`.
        """
        with self.reader() as reader:
            key = (reader.store.mark(), today(), question)
            made = self._answers.get(key) or self._made(reader, question)
            self._keep(key, made)
            reader.record(action, **made.audit())
        return made

    def _made(self, reader: Reader, question: Question) -> Result:
        with self._turn():
            return answer(self.view(reader), question, self._maker_of)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=PATIENCE_S):
            raise Busy("too many answers are being made at once")
        try:
            yield
        finally:
            self._slots.release()

    def why(self, pair: Pair, scope: Scope) -> tuple[Explanation, str]:
        """Say why two people should meet, and as whom that was asked; errors as of `result`."""
        with self.reader() as reader, self._turn():
            told = why(self.view(reader), pair, scope, self._maker_of)
            reader.record("api why", **named(told), scope=str(scope))
        return told, str(reader.viewer)

    def whatif(self, pair: Pair) -> tuple[WhatIf, str]:
        """Say what the network gains if two people meet, and as whom that was asked; errors as of `result`."""
        with self.reader() as reader, self._turn():
            made = whatif(self.view(reader), pair, self._maker_of)
            reader.record("api whatif", **named(made))
        return made, str(reader.viewer)

    def ask(self, action: str, made: Callable[[View, MakerOf], T]) -> T:
        """Answer what is asked seldom: made anew each time, with its audit row; errors as of `result`.

        Parameters
        ----------
        action : str
            Name for the audit.
        made : callable
            Gives the answer from the view and from what makes its matchmaker.
        """
        with self.reader() as reader, self._turn():
            answered = made(self.view(reader), self._maker_of)
            reader.record(action, **answered.audit())
        return answered

    def _maker_of(self, view: View) -> Matchmaker:
        """Give the matchmaker of a view, kept until the view changes."""
        with self._making:
            if self._maker is None or self._maker.view is not view:
                self._maker = maker_of(self.choice, before=self._maker)(view)
            return self._maker

    def _keep(self, key: tuple[str, dt.date, Question], made: Result) -> None:
        fresh = {k: v for k, v in self._answers.items() if k[:2] == key[:2]}
        fresh[key] = made
        self._answers = dict(list(fresh.items())[-MOST_ANSWERS:])
