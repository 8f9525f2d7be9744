"""What holds for one call of the command line, whatever the command."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import MusubiError, WrongUse
from graph.viewer import OPERATOR, Viewer
from service.cli.console import message
from service.languages import Lang, Words

if TYPE_CHECKING:
    from embeddings.registry import Choice
    from graph.store.base import Store
    from service.settings import Settings

WITH_VALUE = frozenset({"--store", "--as", "--lang"})
FLAGS = frozenset({"--quiet"})


def hoist(arguments: Iterable[str]) -> list[str]:
    """Move the global options to the front, from anywhere before a ``--``.

    Raises
    ------
    graph.errors.WrongUse
        If one of them lacks its value.
    """
    front: list[str] = []
    rest: list[str] = []
    left = iter(arguments)
    for argument in left:
        name, equals, _ = argument.partition("=")
        if argument == "--":
            rest += [argument, *left]
        elif argument in FLAGS or (name in WITH_VALUE and equals):
            front.append(argument)
        elif argument in WITH_VALUE:
            value = next(left, None)
            if value is None:
                raise WrongUse(f"option {argument}: expected a value after it")
            front += [argument, value]
        else:
            rest.append(argument)
    return front + rest


class Invocation:
    """Global options of one call, and what follows from them; everything heavy is made when asked for."""

    def __init__(self) -> None:
        self._store: str | None = None
        self._viewer: str | None = None
        self._lang: Lang | None = None
        self.quiet = False

    def take(self, store: str | None, viewer: str | None, lang: Lang | None, *, quiet: bool) -> None:
        """Take over the options once they are parsed."""
        self._store, self._viewer, self._lang, self.quiet = store, viewer, lang, quiet

    @cached_property
    def settings(self) -> Settings:
        """What the environment says."""
        from service.settings import load_settings

        return load_settings()

    @property
    def url(self) -> str:
        """Address of the store."""
        return self.settings.store if self._store is None else self._store

    @cached_property
    def viewer(self) -> Viewer:
        """Who asks."""
        return OPERATOR if self._viewer is None else Viewer.parse(self._viewer)

    @property
    def lang(self) -> Lang:
        """Language of answers; English when even the environment cannot be read."""
        if self._lang:
            return self._lang
        try:
            return self.settings.language
        except MusubiError:
            return Lang.EN

    def tell(self, words: Words, key: str, **values: object) -> None:
        """Print a message beside the answer, unless there are to be none."""
        if not self.quiet:
            message(words.say(key, self.lang, **values))

    def open_store(self, *, create: bool = False) -> Store:
        """Open the store of this call; the caller closes it.

        Raises
        ------
        graph.errors.WrongUse
            If there is no such viewer or store address.
        graph.errors.StoreUnavailable
            If the store cannot be opened.
        """
        from service.reading import open_with

        _ = self.viewer  # a viewer who is none is told before anything is opened
        return open_with(self.url, self.settings.neo4j_password, create=create)

    def operator_only(self, what: str) -> None:
        """Refuse what only the person at this machine may do.

        Raises
        ------
        graph.errors.WrongUse
            If the call is made as somebody else.
        """
        if self.viewer != OPERATOR:
            raise WrongUse(f"{what} is done as the operator: leave out '--as {self.viewer}'")

    def encoder(self) -> Choice:
        """Choose the text encoder, with the vectors kept beside the store."""
        from service.reading import choose

        return choose(self.settings.encoder, self.url)

    def companion(self, ending: str) -> Path | None:
        """Give the path of a file beside the store, None where the store is no file."""
        from service.settings import beside_store

        return beside_store(self.url, ending)
