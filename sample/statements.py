"""Deals the sentences of the bank to the people and organisations of their topic, each once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sample.check_phrases import Phrase
from sample.members import need_topics, shuffled
from sample.vocabulary import Industries
from sample.world import Organisation, Person

Owner = Person | Organisation


def deal(
    rng: np.random.Generator,
    phrases: list[Phrase],
    people: list[Person],
    organisations: list[Organisation],
    planted: set[str],
    trades: Industries,
) -> None:
    """Give every sentence that is not planted to an owner who may say it, as even as it goes.

    Needs in a service that nobody was given to lack go to its own trade. `planted` names the bridges
    whose sentences have owners already; the need of any other bridge stays out, for the truth would not
    know who answers it.
    """
    owners: list[Owner] = [p for p in people if p.answers == "full"]
    owners += organisations
    brief = [p for p in people if p.answers == "brief"]
    pools = _pools(rng, [p for p in phrases if _is_free(p, planted)])
    for person in brief:
        person.voice.offer.append(pools[person.topic, "offer"].pop())
    for (topic, kind), texts in pools.items():
        able = [o for o in owners if _speaks(o, topic, kind, trades)]
        _share(rng, texts, kind, able or _nearest(owners, topic))


def _is_free(phrase: Phrase, planted: set[str]) -> bool:
    return not phrase.bridge or (phrase.kind == "offer" and phrase.bridge not in planted)


def _pools(rng: np.random.Generator, phrases: list[Phrase]) -> dict[tuple[str, str], list[str]]:
    pools: dict[tuple[str, str], list[str]] = {}
    for phrase in phrases:
        pools.setdefault((phrase.topic, phrase.kind), []).append(phrase.text)
    return {key: shuffled(rng, texts) for key, texts in pools.items()}


def _speaks(owner: Owner, topic: str, kind: str, trades: Industries) -> bool:
    if kind == "need":
        return topic in need_topics(owner, trades)
    return owner.topic == topic


def _nearest(owners: Sequence[Owner], topic: str) -> list[Owner]:
    return [o for o in owners if o.topic == topic]


def _share(rng: np.random.Generator, texts: list[str], kind: str, able: Sequence[Owner]) -> None:
    """Hand out one text after the other; who has few of the kind is likely to be next."""
    for text in texts:
        owner = min(able, key=lambda o: len(o.voice.of(kind)) + 1.6 * rng.random())
        owner.voice.of(kind).append(text)
