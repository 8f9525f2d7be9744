"""Whether two records are about one organisation."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.matching.evidence import AGAINST, Evidence, Reason, differ, ordered
from ingest.matching.organisation_names import OrganisationName, alike, contradict
from ingest.matching.written import is_reading, take_apart

_PROVIDERS = (
    "gmail.com googlemail.com yahoo.co.jp yahoo.com outlook.com outlook.jp hotmail.com icloud.com me.com live.jp"
    " docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp ymobile.ne.jp proton.me nifty.com"
)
FREE_MAIL = frozenset(_PROVIDERS.split())


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """What tells one organisation from another.

    Attributes
    ----------
    names : tuple of OrganisationName
        Its name first, then what it is also or was formerly called.
    corporate : frozenset of str
        Corporate numbers, 13 digits.
    domains : frozenset of str
        Hosts of web sites and of mail addresses that are no provider's.
    phones, places : frozenset of str
        Normalised.
    """

    names: tuple[OrganisationName, ...]
    corporate: frozenset[str] = field(default_factory=frozenset)
    domains: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)
    places: frozenset[str] = field(default_factory=frozenset)


def read_organisation_entry(text: str) -> OrganisationRecord:
    """Read an entry of a list of organisations, such as ``㈱みほん（Mihon Inc.） https://mihon.example``."""
    written = take_apart(text)
    also = [n for n in written.brackets if is_reading(n) or OrganisationName.of(n).form]
    names = [*written.segments[:1], *also, *written.former]
    return OrganisationRecord(
        names=tuple(OrganisationName.of(n) for n in names),
        corporate=frozenset(written.corporate),
        domains=domains(written.mails, written.sites),
        phones=frozenset(written.phones),
        places=frozenset(written.places),
    )


def domains(mails: set[str], sites: set[str]) -> frozenset[str]:
    """Give the hosts that belong to the organisation itself."""
    hosts = {m.rpartition("@")[2] for m in mails} | {s.partition("/")[0] for s in sites}
    return frozenset(hosts - FREE_MAIL)


def compare_organisations(a: OrganisationRecord, b: OrganisationRecord) -> Evidence:
    """Compare two records of organisations.

    Notes
    -----
    One name suggests one organisation unless legal form, branch, corporate number, host or place differ. A
    corporate number belongs to one organisation alone and decides; a common telephone or host does not.
    """
    reasons = _keys(a, b)
    named = [(x, y) for x in a.names for y in b.names if alike(x, y)]
    if named:
        reasons.add(Reason.SAME_NAME if any(x.key == y.key for x, y in named) else Reason.SAME_SOUND)
    if named and all(contradict(x, y) for x, y in named):
        reasons.add(Reason.OTHER_FORM)
    numbered = Reason.SAME_NUMBER in reasons
    against = reasons & AGAINST - {Reason.OTHER_PHONE}
    suggested = numbered or (bool(named) and not against)
    return Evidence(ordered(reasons), suggested, numbered and bool(named) and not against)


def _keys(a: OrganisationRecord, b: OrganisationRecord) -> set[Reason]:
    pairs = (
        (a.corporate, b.corporate, Reason.SAME_NUMBER, Reason.OTHER_NUMBER),
        (a.domains, b.domains, Reason.SAME_SITE, Reason.OTHER_SITE),
        (a.phones, b.phones, Reason.SAME_PHONE, Reason.OTHER_PHONE),
    )
    reasons = set()
    for one, other, same, not_same in pairs:
        if one & other:
            reasons.add(same)
        elif differ(one, other):
            reasons.add(not_same)
    if differ(a.places, b.places):
        reasons.add(Reason.OTHER_PLACE)
    return reasons
