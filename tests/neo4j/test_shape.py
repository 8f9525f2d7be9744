"""The graph on the server reads naturally, holds what is given and nothing but parameters carry data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from graph.changes import ChangeSet
from graph.errors import Refused, WrongUse
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Policy
from graph.records import Field, Node, Statement
from graph.store import Store
from graph.store.neo4j_schema import identifier
from graph.store.neo4j_vectors import Encoded
from graph.testing import person, three_people
from graph.testing.samples import SOURCE, SPACE, A, B, changed, ties
from tests.neo4j.conftest import Place

pytestmark = pytest.mark.neo4j

ROOT = Path(__file__).resolve().parents[2]
CYPHER = re.compile(r"\b(MATCH|MERGE|UNWIND|DELETE|CREATE) [($]")


def test_reads_as_an_analyst_expects(store: Store, place: Place) -> None:
    """MATCH (p:Person)-[:HAS_SKILL]->(s:Skill) and the like."""
    changes = three_people()
    changes.nodes.append(Node("skill:会計", PUBLIC_OPEN, SOURCE, {"name": Field("会計", PUBLIC_OPEN, SOURCE)}))
    changes.ties.append(ties(TieKind.HAS_SKILL, (A, "skill:会計")))
    store.apply(changes)
    ask = place.run
    assert ask("MATCH (p:Person)-[:HAS_SKILL]->(s:Skill) RETURN p.name, s.name, p.key") == [
        ["見本 あおば", "会計", "a"]
    ]
    assert ask("MATCH (p:Person)-[:STATES]->(s:Statement:Need) RETURN p.name, s.text, s.t") == [
        ["架空 しずく", "決算が分からない", 5.0]
    ]
    assert ask("MATCH (p:Person)-[m:MEMBER_OF]->(s:Space) RETURN p.id, s.id, m.t, m.until") == [[A, SPACE, 1.0, 9.0]]
    assert ask("MATCH (a:Person)-[m:MET]-(b:Person {id: $id}) RETURN a.id, m.t, m.n", id=A) == [[B, 10.0, 1]]


def test_every_fact_carries_policy_and_source(store: Store, place: Place) -> None:
    narrow = Policy(Audience.ONLY_ME)
    node = Node(A, NETWORK_OPEN, SOURCE, {"name": Field("見本", narrow, SOURCE)})
    store.apply(changed("k", node, person(B), ties(TieKind.KNOWS, (A, B), policies=(narrow, PUBLIC_OPEN))))
    ((properties,),) = place.run("MATCH (p:Person {id: $id}) RETURN properties(p)", id=A)
    assert properties == {
        "id": A, "key": "a", "seq": 1, "policy": NETWORK_OPEN.to_json(), "source": "contract.csv", "row": 2,
        "said": "record", "name": "見本", "name_policy": narrow.to_json(), "name_source": "contract.csv",
        "name_row": 2, "name_said": "record",
    }  # fmt: skip
    ((tie,),) = place.run("MATCH ()-[k:KNOWS]->() RETURN properties(k)")
    assert tie == {
        "undated": True, "n": 1, "policy_src": narrow.to_json(), "policy_dst": PUBLIC_OPEN.to_json(),
        "source": "contract.csv", "said": "record", "seq": 1,
    }  # fmt: skip


def test_nothing_but_facts_and_the_ledger_is_stored(store: Store, place: Place) -> None:
    store.apply(three_people())
    labels = {label for (label,) in place.run("MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label")}
    ledger = {"MusubiLock", "MusubiVersion", "MusubiChange", "MusubiAudit", "MusubiMigration", "MusubiTest"}
    ledger |= {"MusubiHead", "MusubiLog"}
    assert labels == {"Person", "Space", "Statement", "Need"} | ledger
    assert place.run("MATCH (lock:MusubiLock) RETURN properties(lock)") == [[{"id": 1}]]
    state = {"id": 1, "version": 1, "mark": store.mark()}
    assert place.run("MATCH (version:MusubiVersion) RETURN properties(version)") == [[state]]
    assert place.run("MATCH (head:MusubiHead) RETURN head.seq, head.hash") == [[1, store.audit()[0].hash]]


def test_only_kinds_become_labels_and_types() -> None:
    words = [*NodeKind, *StatementKind, *TieKind]
    names = [identifier(word) for word in words]
    assert len(set(names)) == len(words)
    assert all(re.fullmatch(r"[A-Z][A-Za-z_]*", name) for name in names)
    for word in ("Person", "person`) DETACH DELETE n //", "", "STATES", "MusubiAudit"):
        with pytest.raises(WrongUse):
            identifier(word)  # type: ignore[arg-type]


def test_cypher_stands_in_the_files_of_this_store_only() -> None:
    packages = ("graph", "ingest", "embeddings", "recommend", "service")
    files = [p for package in packages for p in (ROOT / package).rglob("*.py")]
    speaking = {p.relative_to(ROOT).as_posix() for p in files if CYPHER.search(p.read_text(encoding="utf-8"))}
    assert {name for name in speaking if not name.startswith("graph/store/neo4j")} == {"graph/testing/facts.py"}


def with_vectors(store: Store) -> None:
    """Give every need and offer a vector."""
    said, kinds = store.snapshot().statements, [StatementKind.NEED, StatementKind.OFFER]
    encoded, shelf = Encoded("test", len(said)), store.vectors()
    shelf.begin(encoded, kinds)
    shelf.put(encoded, said.ids.tolist(), np.eye(len(said), dtype=np.float32))
    shelf.settle()


def test_examples_of_the_documentation_run(store: Store, place: Place) -> None:
    changes = three_people()
    changes.nodes.append(Node("skill:会計", PUBLIC_OPEN, SOURCE, {"name": Field("会計", PUBLIC_OPEN, SOURCE)}))
    changes.nodes.append(Node("space:y", PUBLIC_OPEN, SOURCE, {"name": Field("架空ハウス", PUBLIC_OPEN, SOURCE)}))
    changes.ties += [ties(TieKind.HAS_SKILL, (A, "skill:会計")), ties(TieKind.MEMBER_OF, (B, "space:y"))]
    changes.ties.append(ties(TieKind.COLLABORATED, (A, B)))
    changes.statements.append(Statement(A, StatementKind.NEED, "人手が足りない", NETWORK_OPEN, SOURCE))
    changes.statements.append(Statement(B, StatementKind.OFFER, "手伝えます", NETWORK_OPEN, SOURCE))
    store.apply(changes)
    with_vectors(store)
    examples = re.findall(r"```cypher\n(.*?)```", (ROOT / "docs" / "stores.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 4
    for example in examples:
        assert place.run(example), example


def test_every_label_and_type_of_the_store_is_documented() -> None:
    page = (ROOT / "docs" / "stores.md").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "graph" / "store").glob("neo4j*.py")]
    labels = set(re.findall(r":(Musubi[A-Z][a-z]+)", "".join(sources)))
    assert len(labels) == 9
    assert [label for label in labels if f"`{label}`" not in page] == []


def test_id_that_no_index_holds_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="8000 bytes"):
        store.apply(changed("k", person("person:" + "長" * 3_000)))
    with pytest.raises(Refused, match="8000 bytes"):
        store.apply(changed("k" * 8_001))
    assert store.version() == 0


@pytest.mark.parametrize("payload", ["`", "'", '"', "\\", "$x", "}) DETACH DELETE n //", "\\u0060", "${x}", "\n//"])
def test_no_word_of_a_user_is_read_as_cypher(store: Store, place: Place, payload: str) -> None:
    """Names of attributes become names of properties: as keys of a parameter, never as text of a statement."""
    words = f"x{payload}MATCH (n) DELETE n"
    node = Node(f"person:{json.dumps(words)}", NETWORK_OPEN, SOURCE, {words: Field(words, NETWORK_OPEN, SOURCE)})
    said = Statement(node.id, StatementKind.NEED, words, NETWORK_OPEN, SOURCE, details={words: words})
    store.apply(ChangeSet(words, words, words, nodes=[node, person(A)], statements=[said]))
    assert place.run("MATCH (p:Person) RETURN count(p)") == [[2]]
    assert words in store.snapshot().fields.name.tolist()


def test_the_server_complains_where_a_statement_is_deprecated(place: Place, complaints: list[str]) -> None:
    """The check that no statement of ours is complained about does see complaints."""
    place.run("MATCH (n) RETURN id(n)")
    assert len(complaints) == 1
    assert "deprecated" in complaints.pop()
