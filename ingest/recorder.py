"""Recording what the rows of a table say: each fact once, with its policy and provenance."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from graph.kinds import DATED_KEY, NodeKind, Said, StatementKind, TieKind
from graph.policy import (
    ACQUAINTANCE,
    NEED,
    OFFER,
    PUBLIC_OPEN,
    SKILL,
    VISION,
    Audience,
    Matching,
    Policy,
    stricter,
)
from graph.records import Field, Node, Provenance, Statement, kind_of, node_id
from ingest.conditions import OPEN_CONDITIONS, Conditions, End
from ingest.directory import CONDITIONS, TABLE_DETAIL, Directory, Fact, Spoken
from ingest.facts import Facts
from ingest.japanese import fold, shown
from ingest.release import Release
from ingest.skills import canonical_skill
from ingest.tie_rows import TieKey, TieRow, batches_of
from ingest.withheld import REDACTED, is_sensitive

STATEMENT_DEFAULTS: dict[StatementKind, Policy] = {
    StatementKind.OFFER: OFFER,
    StatementKind.NEED: NEED,
    StatementKind.VISION: VISION,
    StatementKind.ACTIVITY: VISION,
    StatementKind.STORY: VISION,
    StatementKind.TEXT: VISION,
}
UNSAID = Release()
HEARD_OF = Policy(Audience.MY_MIXERS, Matching.OWNER_FIRST)
"""People of whom only a hearing tells."""
CARD = Policy(Audience.ONLY_ME, Matching.OWNER_FIRST)
"""People of whom only somebody's address book tells: nobody else sees them, and nobody has asked them yet."""
SENSITIVE_EXPECTED = {
    "sensitive_kept_private": "text about health, disability, belief, origin or crime: only the member sees it until"
    " they release it themselves",
    "sensitive_not_stored": "nothing about health, disability, belief, origin or crime in what staff or a mixer wrote:"
    " ask the member",
}
WEAK = (CARD, HEARD_OF, ACQUAINTANCE)


@dataclass(slots=True)
class _Draft:
    policy: Policy
    origin: Provenance
    fields: dict[str, Field] = field(default_factory=dict)


class Recorder:
    """Collects the facts of one table.

    Parameters
    ----------
    directory : Directory
        What is known; learns what is recorded.
    source : str
        Name of the file, with the sheet after a slash.
    said : Said
        Who says it.
    shape : str
        Shape of the table.
    """

    def __init__(self, directory: Directory, source: str, said: Said, shape: str) -> None:
        self.directory, self.source, self.said, self.shape = directory, source, said, shape
        self._nodes: dict[str, _Draft] = {}
        self._statements: dict[str, Statement] = {}
        self._ties: dict[TieKey, TieRow] = {}
        self._removed: set[str] = set()
        self._told: set[Fact] = set()
        self._withheld: list[tuple[int, str]] = []
        self._words: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._ends: dict[str, dt.date] = {}

    def policy(self, fact: Fact, default: Policy, release: Release = UNSAID) -> Policy:
        """Decide the policy of a fact: what this file says of it, else what holds, else the default.

        What people have said themselves is never widened by what others write about them, and of two rows
        of one table the stricter holds.
        """
        known = self.directory.policies.get(fact)
        if known and self.said is not Said.MIXER and known[1] is Said.MIXER and known[0] in WEAK:
            known = None  # what an address book or a hearing told of somebody decides nothing
        policy = release.applied(default, known[0] if known else None)
        if known and (fact in self._told or self._of_others(fact)):
            policy = stricter(policy, known[0])
        return policy

    def recorded(self, identifier: str) -> Policy | None:
        """Give the policy of a node that was recorded already, else None."""
        draft = self._nodes.get(identifier)
        return draft.policy if draft else None

    # ---- recording

    def node(self, identifier: str, policy: Policy, row: int, said: Said | None = None) -> None:
        """Record a node; its fields are kept when it was recorded before.

        ``said`` is given where somebody else than who says the rest decided about the node.
        """
        origin = Provenance(self.source, row, self._learn(identifier, policy, said))
        draft = self._nodes.setdefault(identifier, _Draft(policy, origin))
        draft.policy = policy
        self.directory.ids.add(identifier)

    def field(self, identifier: str, name: str, value: str, policy: Policy, row: int, said: Said | None = None) -> None:
        """Record an attribute of a node that was recorded; ``said`` as for the node."""
        origin = Provenance(self.source, row, self._learn((identifier, name), policy, said))
        self._nodes[identifier].fields[name] = Field(value, policy, origin)
        self.directory.values[identifier, name] = value

    def statement(
        self, owner: str, kind: StatementKind, text: str, release: Release, row: int, t: float | None = None,
        conditions: Conditions = OPEN_CONDITIONS,
    ) -> str:  # fmt: skip
        """Record a statement and give its id.

        Whose own words others repeat has said them where and when they were said first.
        """
        origin, default = Provenance(self.source, row, self.said), STATEMENT_DEFAULTS[kind]
        identifier = Statement(owner, kind, text, default, origin).id
        policy = self.policy(identifier, default, release)
        if self.said is not Said.SELF or release.audience is None:
            policy = self._kept_close(owner, identifier, text, row, policy)
        if self._of_others(identifier):
            spoken = self.directory.spoken[identifier]
        else:
            spoken = Spoken(origin, t, {TABLE_DETAIL: self.shape, **self._conditions(identifier, conditions.of(kind))})
        if self.said is Said.SELF:
            self.directory.spoken[identifier] = spoken
        self._statements[identifier] = Statement(owner, kind, text, policy, spoken.origin, spoken.t, spoken.details)
        self._learn(identifier, policy)
        self._limit(identifier, conditions.end(kind))
        return identifier

    def _conditions(self, statement: str, told: Mapping[str, str]) -> dict[str, str]:
        """Give the conditions of a statement from now on.

        Of several rows of one table that say the same, an empty cell takes back only what no other row tells.
        """
        said = self._words[statement]
        said.update({detail: word for detail, word in told.items() if word})
        now = {detail: said.get(detail, "") for detail in told}
        return self.directory.learn_conditions(statement, now, self.said)

    def _limit(self, statement: str, end: End | None) -> None:
        """Record until when a statement that was recorded may be used, where that is asked.

        What its owner has said others neither lengthen nor end. Of several rows of one table the earliest day holds.
        """
        if end is None or self._of_others(statement):
            return
        if end.day is not None:
            self._ends[statement] = min(end.day, self._ends.get(statement, end.day))
        given = self._statements[statement]
        policy = replace(given.policy, valid_until=self._ends.get(statement))
        self._statements[statement] = replace(given, policy=policy)
        self._learn(statement, policy)

    def heard(
        self, owner: str, kind: StatementKind, text: str, policy: Policy, row: int, t: float | None,
        details: Mapping[str, str], conditions: Conditions,
    ) -> None:  # fmt: skip
        """Record what was heard about somebody.

        What the owner has said already needs no hearing; the owner alone may tell other conditions of it.
        """
        origin = Provenance(self.source, row, self.said)
        statement = Statement(owner, kind, text, policy, origin, t)
        known = self.directory.policies.get(statement.id)
        if known and known[1] is Said.SELF:
            if self.said is Said.SELF:
                self._said_again(statement, known[0], conditions)
            return
        if self.said is not Said.SELF and kind_of(owner) is NodeKind.PERSON and is_sensitive(text):
            self._withheld.append((row, "sensitive_not_stored"))
            return
        said = self._conditions(statement.id, conditions.of(kind))
        policy = self._kept_close(owner, statement.id, text, row, policy)
        policy = replace(policy, valid_until=known[0].valid_until if known else None)
        statement = replace(statement, policy=policy, details={TABLE_DETAIL: self.shape, **details, **said})
        if self.said is Said.SELF:
            self.directory.spoken[statement.id] = Spoken(origin, t, statement.details)
        self._statements[statement.id] = statement
        self._learn(statement.id, statement.policy)
        self._limit(statement.id, conditions.end(kind))

    def _said_again(self, heard: Statement, policy: Policy, conditions: Conditions) -> None:
        """Record the conditions and the last day that an owner tells of words they have said before.

        What was asked earlier than the owner last spoke of it, or on a day that nobody wrote down, changes nothing.
        """
        spoken, told, end = self.directory.spoken[heard.id], conditions.of(heard.kind), conditions.end(heard.kind)
        if (not told and end is None) or (spoken.t is not None and (heard.t is None or heard.t < spoken.t)):
            return
        kept = {detail: word for detail, word in spoken.details.items() if detail not in CONDITIONS}
        details = {**kept, **self._conditions(heard.id, told)}
        self.directory.spoken[heard.id] = replace(spoken, details=details)
        self._statements[heard.id] = replace(
            heard, policy=policy, provenance=spoken.origin, t=spoken.t, details=details
        )
        self._learn(heard.id, policy)
        self._limit(heard.id, end)

    def only_statements(self, owner: str, kept: set[str]) -> None:
        """Take back what an earlier table of this shape said for an owner and this one does not."""
        self._removed |= self.directory.stated[owner, self.shape] - kept
        own = {i for i in kept if self._statements[i].details.get(TABLE_DETAIL) == self.shape}
        self.directory.stated[owner, self.shape] = own

    def tie(
        self, kind: TieKind, src: str, dst: str, policy: Policy, row: int, *,
        other: Policy = PUBLIC_OPEN, t: float | None = None, until: float | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Record a tie; of two equal ones the earlier beginning stays."""
        key = (kind, src, dst, t if kind in DATED_KEY else None)
        text = json.dumps(dict(details), ensure_ascii=False, sort_keys=True) if details else None
        before = self._ties.get(key)
        if before is not None and before.t is not None:
            t = before.t if t is None else min(t, before.t)
        said = self._learn((kind, src, dst), policy)
        self._ties[key] = TieRow((policy, other), t, until, row, text, said)

    def space(self, name: str, row: int) -> str:
        """Give the id of a space, recorded now if it is new."""
        identifier = self.directory.space(name)
        if identifier not in self.directory.ids:
            self.node(identifier, PUBLIC_OPEN, row)
            self.field(identifier, "name", shown(name), PUBLIC_OPEN, row)
        self.directory.learn_space(identifier, name)
        return identifier

    def skill(self, owner: str, name: str, release: Release, row: int) -> None:
        """Record that somebody has a skill, with the words in which it was written."""
        identifier = self.named_skill(name, row)
        written = shown(name)
        details = {"as_written": written} if written != self.directory.values.get((identifier, "name")) else None
        policy = self.policy((TieKind.HAS_SKILL, owner, identifier), SKILL, release)
        self.tie(TieKind.HAS_SKILL, owner, identifier, policy, row, details=details)

    def named_skill(self, name: str, row: int) -> str:
        """Give the id of the skill that a text means, recorded now if it is new."""
        meant = canonical_skill(name)
        identifier = node_id(NodeKind.SKILL, meant.key or fold(name))
        if identifier not in self.directory.ids:
            self.node(identifier, PUBLIC_OPEN, row)
            self.field(identifier, "name", meant.name, PUBLIC_OPEN, row)
        return identifier

    def _kept_close(self, owner: str, fact: Fact, text: str, row: int, policy: Policy) -> Policy:
        """Keep what sounds sensitive for its owner alone unless they chose a release, now or before."""
        known = self.directory.policies.get(fact)
        if policy.audience is Audience.ONLY_ME or (known and known[0].audience > Audience.ONLY_ME):
            return policy
        if kind_of(owner) is not NodeKind.PERSON or not is_sensitive(text):
            return policy
        self._withheld.append((row, "sensitive_kept_private"))
        return replace(policy, audience=Audience.ONLY_ME, matching=Matching.NONE, as_reason=False, partners=frozenset())

    def _of_others(self, fact: Fact) -> bool:
        """Tell whether somebody else than this table's speaker decided about a fact: its owner."""
        known = self.directory.policies.get(fact)
        return self.said is not Said.SELF and known is not None and known[1] is Said.SELF

    def _learn(self, fact: Fact, policy: Policy, said: Said | None = None) -> Said:
        """Remember a decision and give whose it is: what was its owner's stays so, whoever writes of it next."""
        who = Said.SELF if self._of_others(fact) else said or self.said
        self.directory.policies[fact] = (policy, who)
        self._told.add(fact)
        return who

    # ---- the result

    def into(self, facts: Facts) -> None:
        """Add everything to the facts of the file, in an order that does not depend on that of the rows."""
        for identifier, draft in sorted(self._nodes.items()):
            facts.nodes.append(Node(identifier, draft.policy, draft.origin, draft.fields))
        facts.statements.extend(s for _, s in sorted(self._statements.items()))
        facts.ties.extend(batches_of(self._ties, self.source))
        sheet = self.source.partition("/")[2] or None
        for row, code in sorted(set(self._withheld)):
            facts.problems.flag(row, None, REDACTED, code, SENSITIVE_EXPECTED[code], sheet)
        facts.removed.extend(sorted(self._removed - self._statements.keys()))
