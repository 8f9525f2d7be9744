"""A card that somebody brings from another space: their own words, released to mixers at most until they decide."""

from __future__ import annotations

from dataclasses import dataclass

from graph.changes import ChangeSet
from graph.errors import Refused
from graph.export.card import CARD_FIELD, CARD_POLICY, CARRIED, Card, CardFact
from graph.export.card_file import read_card
from graph.kinds import NodeKind, Said, StatementKind, TieKind
from graph.policy import PUBLIC_OPEN, Policy
from graph.records import Field, Node, NodeId, Provenance, Statement, TieBatch, node_id
from graph.snapshot import Snapshot
from ingest.directory import TABLE_DETAIL, Directory
from ingest.facts import Facts
from ingest.file_plan import FilePlan
from ingest.interchange_release import Known
from ingest.japanese import fold, shown
from ingest.problems import Problems
from ingest.source import Source

CARD_SOURCE = "card"
ORIGIN = Provenance(CARD_SOURCE, None, Said.SELF)


@dataclass
class CardPlan(FilePlan):
    """The plan of a card: skills that an earlier card brought and this one does not are taken back."""

    def changes(self, actor: str) -> ChangeSet:
        """Give the change set; see `FilePlan.changes`."""
        changes = super().changes(actor)
        person = self.facts.nodes[0].id
        kept = {dst for batch in self.facts.ties if batch.kind is TieKind.HAS_SKILL for dst in batch.dst}
        for skill in sorted(_brought_skills(self.snapshot, person) - kept):
            changes.remove_tie(TieKind.HAS_SKILL, person, skill)
        return changes


def card_facts(source: Source, space: str, snapshot: Snapshot) -> Facts:
    """Read a card into facts about its owner.

    Parameters
    ----------
    source : Source
        The file.
    space : str
        Name of the space that the owner joins.
    snapshot : Snapshot
        The graph as it is.

    Returns
    -------
    Facts
        The person first. Who brought a card before, here or from here, is known by its id; others are new, and
        people of the same name are told in ``same_name``. What the person decided here stays as decided; what
        an earlier card brought and this one does not is taken back.
    """
    try:
        with source.path.open("rb") as handle:
            card = read_card(handle)
    except Refused as error:
        raise Refused(f"{source.label}: {error}") from error
    return _Arrival(card, snapshot, source).facts(space)


class _Arrival:
    def __init__(self, card: Card, snapshot: Snapshot, source: Source) -> None:
        self.card, self.snapshot = card, snapshot
        self.result = Facts(Problems(source.label))
        self.person = self._person()
        self.known = Known.of(snapshot, self.person)

    def facts(self, space: str) -> Facts:
        facts = self.result
        facts.nodes.append(self._node())
        facts.statements += [self._statement(f) for f in self.card.statements]
        facts.removed = sorted(self._brought_statements() - {s.id for s in facts.statements})
        for fact in self.card.skills:
            self._skill(fact)
        self._membership(space)
        facts.rows = 1
        facts.same_name = self._namesakes()
        return facts

    def _person(self) -> NodeId:
        """Find who has this card; else give the id that its owner gets here."""
        rows = [row for row, value in self.snapshot.values(CARD_FIELD).items() if value == self.card.id]
        if rows:
            return str(self.snapshot.nodes.ids[rows[0]])
        return node_id(NodeKind.PERSON, f"{CARD_SOURCE}-{self.card.id[:16]}")

    def _node(self) -> Node:
        fields = {f.item: self._field(f.item, f.text, f.policy) for f in self.card.fields}
        for (node, name), value in self.known.fields.items():
            if node == self.person and name not in fields and self._came_by_card(name):
                fields[name] = Field("", value.policy, ORIGIN)
        fields[CARD_FIELD] = self._field(CARD_FIELD, self.card.id, CARD_POLICY)
        return Node(self.person, self.known.nodes.get(self.person, CARRIED), ORIGIN, fields)

    def _field(self, name: str, value: str, policy: Policy) -> Field:
        held = self.known.fields.get((self.person, name))
        return Field(value, held.policy if held else policy, ORIGIN)

    def _statement(self, fact: CardFact) -> Statement:
        details = {k: v for k, v in (fact.details or {}).items() if k != TABLE_DETAIL}
        made = Statement(self.person, StatementKind(fact.item), fact.text, fact.policy, ORIGIN, fact.t, details)
        held = self.known.statements.get(made.id)
        return made if held is None else Statement(made.owner, made.kind, made.text, held, ORIGIN, made.t, details)

    def _skill(self, fact: CardFact) -> None:
        skill = node_id(NodeKind.SKILL, fold(fact.text))
        if skill not in self.known.nodes:
            name = Field(shown(fact.text), PUBLIC_OPEN, ORIGIN)
            self.result.nodes.append(Node(skill, PUBLIC_OPEN, ORIGIN, {"name": name}))
        self._tie(TieKind.HAS_SKILL, skill, fact.policy)

    def _membership(self, name: str) -> None:
        space = Directory(self.snapshot).space(name)
        self.result.spaces.add(frozenset({space}))
        if space not in self.known.nodes:  # no agreement can be about it: the import will say so
            self.result.nodes.append(
                Node(space, PUBLIC_OPEN, ORIGIN, {"name": Field(shown(name), PUBLIC_OPEN, ORIGIN)})
            )
        if (TieKind.MEMBER_OF, self.person, space, None) not in self.known.ties:
            self._tie(TieKind.MEMBER_OF, space, CARRIED)

    def _tie(self, kind: TieKind, target: NodeId, policy: Policy) -> None:
        held = self.known.ties.get((kind, self.person, target, None))
        mine = held[0] if held else policy
        self.result.ties.append(TieBatch(kind, [self.person], [target], mine, PUBLIC_OPEN, CARD_SOURCE, Said.SELF))

    # ---- what is here already

    def _brought_statements(self) -> set[str]:
        """Give the statements of this person that an earlier card brought."""
        row = self.snapshot.row_of.get(self.person, -1)
        table = self.snapshot.statements
        found = zip(table.ids.tolist(), table.owner.tolist(), table.source.tolist(), strict=True)
        return {i for i, owner, source in found if owner == row and self.snapshot.sources[source] == CARD_SOURCE}

    def _came_by_card(self, name: str) -> bool:
        table, row = self.snapshot.fields, self.snapshot.row_of.get(self.person, -1)
        found = zip(table.node.tolist(), table.name.tolist(), table.source.tolist(), table.value.tolist(), strict=True)
        return any(
            (node, field) == (row, name) and value and self.snapshot.sources[source] == CARD_SOURCE
            for node, field, source, value in found
        )

    def _namesakes(self) -> list[tuple[str, ...]]:
        """Give the people of the same name who are here and not known to be the same."""
        names = {f.text for f in self.card.fields if f.item == "name"}
        if self.person in self.known.nodes or not names:
            return []
        same = (str(self.snapshot.nodes.ids[row]) for row, name in self.snapshot.names.items() if name in names)
        people = sorted(n for n in same if n.startswith(f"{NodeKind.PERSON}:"))
        return [(self.person, *people)] if people else []


def _brought_skills(snapshot: Snapshot, person: NodeId) -> set[NodeId]:
    ties = snapshot.ties_of(TieKind.HAS_SKILL)
    row = snapshot.row_of.get(person, -1)
    found = zip(ties.src.tolist(), ties.dst.tolist(), ties.source.tolist(), strict=True)
    ids = snapshot.nodes.ids
    return {str(ids[dst]) for src, dst, s in found if src == row and snapshot.sources[s] == CARD_SOURCE}
