"""Whether somebody may be introduced, where several sources say so: one no beats every yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graph.policy import PRESENCE, Matching, Policy
from ingest.directory import Directory

LIST = "introduction_list"
FORM = "introduction_form"
SOURCES = (LIST, FORM)
"""Attributes that keep what each source said last, so that a new list does not undo an answer, nor the reverse."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What all sources together say about introducing somebody.

    Attributes
    ----------
    matching : Matching or None
        ``none`` where one source says no, ``open`` where one says yes, else ``owner_first``; None where no source
        has ever said anything.
    fields : dict of str to str
        Attributes to record: what a source says now.
    """

    matching: Matching | None
    fields: dict[str, str]

    def applied_to(self, policy: Policy) -> Policy:
        """Give the policy of the person's node."""
        return policy if self.matching is None else replace(policy, matching=self.matching)


def agreed(directory: Directory, person: str, said: Mapping[str, Matching | None]) -> Decided:
    """Combine what is said now with what the other sources said before.

    Parameters
    ----------
    directory : Directory
        What is known.
    person : str
        Id of the person.
    said : mapping of str to Matching or None
        What a source of `SOURCES` says now; None where it asks and the answer is empty.

    Notes
    -----
    Where somebody decided otherwise since then (on a page, say), the stricter of that decision and of what
    the sources say holds.
    """
    before = {s: directory.values[person, s] for s in SOURCES if (person, s) in directory.values}
    fields = {s: (Matching.OWNER_FIRST if m is None else m).name.lower() for s, m in said.items()}
    known = directory.policies.get(person)
    matching = _together(before | fields)
    if known and known[0].matching is not (_together(before) or PRESENCE.matching):
        matching = known[0].matching if matching is None else min(matching, known[0].matching)
    return Decided(matching, fields)


def _together(said: Mapping[str, str]) -> Matching | None:
    values = {Matching[value.upper()] for value in said.values()}
    if not values:
        return None
    if Matching.NONE in values:
        return Matching.NONE
    return Matching.OPEN if Matching.OPEN in values else Matching.OWNER_FIRST
