"""What was asked for when an import was called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Call:
    """Options of one import that its readers need.

    Attributes
    ----------
    space : str
        Name of the space of people whose row names none; empty where there is none.
    owner : str
        Id of the person whose address book is read; empty where nobody is named.
    split : bool
        Whether suggested splits of heard texts are taken: somebody has looked at them.
    columns : mapping of str to str
        Meanings by header that the user gave.
    """

    space: str = ""
    owner: str = ""
    split: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)


NO_OPTIONS = Call()
