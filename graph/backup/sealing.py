"""Seals of the chunks of an archive: a hash chain, or authenticated encryption under a pass phrase.

Encryption is AES-256-GCM in the STREAM construction (Hoang, Reyhanitabar, Rogaway & Vizár 2015, "Online
authenticated-encryption and its nonce-reuse misuse-resistance"): the nonce of a chunk holds its number and
whether it is the last, so that chunks can be neither exchanged, repeated nor left out. The key comes from the
pass phrase by scrypt (Percival & Josefsson 2016, RFC 7914).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from graph.errors import Refused

PLAIN, ENCRYPTED = "none", "aes-256-gcm"
KEY_BYTES, SALT_BYTES, PREFIX_BYTES, COUNTER_BYTES, DIGEST_BYTES = 32, 16, 7, 4, 32
COST = {"n": 1 << 17, "r": 8, "p": 1}
"""128 MiB and about half a second for each guess at a pass phrase."""
MOST_COST = {"n": 1 << 20, "r": 16, "p": 4}
WRONG = "the pass phrase is wrong, or the backup was changed"
CHANGED = "the backup was changed or damaged"


class Seal(Protocol):
    """Closes and opens the chunks of one archive, in order."""

    def close(self, data: bytes, *, last: bool) -> bytes:
        """Give a chunk as it is written."""

    def open(self, data: bytes, *, last: bool) -> bytes:
        """Give what is in a chunk.

        Raises
        ------
        graph.errors.Refused
            If it is not the chunk that was written at this place.
        """


class HashChain:
    """Each chunk ends with the hash of all that came before: tells accidents, not forgery."""

    def __init__(self, header: bytes) -> None:
        self._before = hashlib.sha256(header).digest()

    def close(self, data: bytes, *, last: bool) -> bytes:
        """Give a chunk as it is written."""
        return data + self._next(data, last=last)

    def open(self, data: bytes, *, last: bool) -> bytes:
        """Give what is in a chunk."""
        body, found = data[:-DIGEST_BYTES], data[-DIGEST_BYTES:]
        if self._next(body, last=last) != found:
            raise Refused(CHANGED)
        return body

    def _next(self, data: bytes, *, last: bool) -> bytes:
        self._before = hashlib.sha256(self._before + bytes([last]) + data).digest()
        return self._before


class Encryption:
    """Authenticated encryption of each chunk; the header is authenticated with every one of them."""

    def __init__(self, key: bytes, prefix: bytes, header: bytes) -> None:
        self._cipher, self._prefix, self._header = AESGCM(key), prefix, header
        self._count = 0

    def close(self, data: bytes, *, last: bool) -> bytes:
        """Give a chunk as it is written."""
        return self._cipher.encrypt(self._nonce(last=last), data, self._header)

    def open(self, data: bytes, *, last: bool) -> bytes:
        """Give what is in a chunk."""
        first = self._count == 0
        try:
            return self._cipher.decrypt(self._nonce(last=last), data, self._header)
        except InvalidTag:
            raise Refused(WRONG if first else CHANGED) from None

    def _nonce(self, *, last: bool) -> bytes:
        number = self._count.to_bytes(COUNTER_BYTES, "big")
        self._count += 1
        return self._prefix + number + bytes([last])


@dataclass(frozen=True, slots=True)
class Lock:
    """How an archive is sealed, as its header says it."""

    cipher: str
    salt: str = ""
    prefix: str = ""
    cost: Mapping[str, int] | None = None

    @classmethod
    def new(cls, passphrase: str | None) -> Lock:
        """Make the lock of a new archive."""
        if passphrase is None:
            return cls(PLAIN)
        return cls(ENCRYPTED, secrets.token_hex(SALT_BYTES), secrets.token_hex(PREFIX_BYTES), COST)

    def seal(self, passphrase: str | None, header: bytes) -> Seal:
        """Give what closes and opens the chunks.

        Raises
        ------
        graph.errors.Refused
            If a pass phrase is needed and not given, or given for an archive that has none: somebody may
            have put a forged one in the place of an encrypted one.
        """
        if self.cipher == PLAIN:
            if passphrase is not None:
                raise Refused(
                    "this backup is not encrypted: leave out the pass phrase if you trust where it comes from"
                )
            return HashChain(header)
        if passphrase is None:
            raise Refused("this backup is encrypted: give its pass phrase")
        return Encryption(self._key(passphrase), bytes.fromhex(self.prefix), header)

    def _key(self, passphrase: str) -> bytes:
        cost = dict(self.cost or {})
        if cost.keys() != MOST_COST.keys() or any(not 1 <= cost[k] <= most for k, most in MOST_COST.items()):
            raise Refused(CHANGED)
        try:
            kdf = Scrypt(salt=bytes.fromhex(self.salt), length=KEY_BYTES, n=cost["n"], r=cost["r"], p=cost["p"])
        except ValueError:
            raise Refused(CHANGED) from None
        return kdf.derive(passphrase.encode())
