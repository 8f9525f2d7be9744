"""Signed tokens in forms: what a page of another site cannot know."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

from graph.errors import WrongUse

VALID_S = 12 * 3600


class Tokens:
    """Makes and checks tokens; the key is made anew with every process and written nowhere.

    References
    ----------
    OWASP (2024), "Cross-Site Request Forgery Prevention", signed tokens in hidden fields.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def make(self, subject: str) -> str:
        """Give a token for one form."""
        return self._signed(subject, int(time.time()))

    def require(self, subject: str, token: str) -> None:
        """Let a form through whose token this process made for it, not too long ago.

        Raises
        ------
        WrongUse
            If it did not.
        """
        made = token.partition(".")[0]
        at = int(made) if made.isascii() and made.isdecimal() and len(made) <= 12 else 0
        genuine = hmac.compare_digest(self._signed(subject, at).encode(), token.encode("utf-8", "replace"))
        if not genuine or not 0 <= time.time() - at <= VALID_S:
            raise WrongUse("the form was not made by this service, or too long ago: open the page again")

    def _signed(self, subject: str, at: int) -> str:
        digest = hmac.new(self._key, f"{at}\0{subject}".encode(), hashlib.sha256).hexdigest()
        return f"{at}.{digest}"
