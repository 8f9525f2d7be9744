"""Why two records are taken for one, or are not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """What speaks for or against two records being one; an evidence holds them in this order."""

    SAME_NUMBER = "same_number"
    SAME_MAIL = "same_mail"
    SAME_PHONE = "same_phone"
    SAME_SITE = "same_site"
    SAME_NAME = "same_name"
    SAME_SOUND = "same_sound"
    SLIP = "slip"
    SOUND_ALIKE = "sound_alike"
    PART_OF_NAME = "part_of_name"
    FORMER_NAME = "former_name"
    GIVEN_NAME = "given_name"
    SAME_ORGANISATION = "same_organisation"
    OTHER_NUMBER = "other_number"
    OTHER_MAIL = "other_mail"
    OTHER_PHONE = "other_phone"
    OTHER_READING = "other_reading"
    OTHER_ORGANISATION = "other_organisation"
    OTHER_PLACE = "other_place"
    OTHER_FORM = "other_form"
    OTHER_SITE = "other_site"


STRONG = frozenset({Reason.SAME_NUMBER, Reason.SAME_MAIL, Reason.SAME_PHONE, Reason.SAME_SITE})
AGAINST = frozenset(reason for reason in Reason if reason.startswith("other_"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a comparison of two records found.

    Attributes
    ----------
    reasons : tuple of Reason
        For and against, in the order of `Reason`.
    suggested : bool
        Whether a human should be asked whether the two are one.
    certain : bool
        Whether the two may be taken for one without asking: a key that belongs to one alone is equal, the names
        are, and nothing speaks against it. Never on a name alone.
    """

    reasons: tuple[Reason, ...] = ()
    suggested: bool = False
    certain: bool = False

    @property
    def against(self) -> tuple[Reason, ...]:
        """What speaks against it."""
        return tuple(r for r in self.reasons if r in AGAINST)


def ordered(reasons: set[Reason]) -> tuple[Reason, ...]:
    """Give reasons in the order of `Reason`."""
    return tuple(r for r in Reason if r in reasons)


def differ(a: frozenset[str], b: frozenset[str]) -> bool:
    """Say whether both sides say something, and nothing in common."""
    return bool(a and b and not a & b)
