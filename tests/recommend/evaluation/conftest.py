"""Invented networks for the tests of the evaluation."""

from pathlib import Path

import pytest

from recommend.evaluation.network import NetworkData
from recommend.evaluation.protocol import Parameters, Split, split
from recommend.evaluation.reading import load_network

NODES = """id,community
a1,Alder
a2,Alder
a3,Alder
b1,Birch
b2,Birch
b3,Birch
c1,
d1,Dogwood
"""
EDGES = """u,v,t
a1,a2,1
a2,a3,2
a2,a1,3
b1,b2,3
b2,b3,4
a3,b1,5
b3,c1,6
a1,a3,7
b3,b1,7
a2,b1,8
b3,a1,9
a1,a2,9
a2,c1,10
a1,d1,11
"""
GROUPS = """id,group,since
a1,choir,2
b1,choir,6
a2,choir,9
d1,quiz,3
c1,chess,12
"""
EVENTS = """event,t,id
hike,4,a1
hike,4,b2
dinner,10,a1
dinner,10,b1
"""
TEXTS = """id,t,text,kind
a1,2,repairs bicycles,offer
b1,12,wants a bicycle,need
b2,,grows beans,
"""


@pytest.fixture(scope="session")
def village_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight people. Up to t = 7 two triangles, joined by one tie; d1 has met nobody yet.

        a1 --- a2        b1 --- b2
          \\   /           | \\   /
            a3 ---------- +   b3 --- c1 (no community)          d1 (in a group only)

    Twelve distinct ties; with half of them for training the cut is the time of the one at position 6, t = 7, and
    b1-b3 of the same time is training too. Later: a2-b1 (common neighbour a3), a1-b3 (three steps), a2-c1 (four
    steps, no community), a1-d1 (d1 unknown), and a1-a2 once more.
    """
    folder = tmp_path_factory.mktemp("village")
    tables = {"nodes": NODES, "edges": EDGES, "groups": GROUPS, "events": EVENTS, "texts": TEXTS}
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def village(village_folder: Path) -> NetworkData:
    return load_network(village_folder)


@pytest.fixture(scope="session")
def village_split(village: NetworkData) -> Split:
    return split(village, Parameters(training_share=0.5))
