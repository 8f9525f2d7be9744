"""The one place that reads the environment."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.errors import WrongUse
from service.languages import Lang

if TYPE_CHECKING:
    from ingest.limits import Limits

DEFAULT_STORE = "sqlite:///musubi.db"
SQLITE = "sqlite:///"
MEMORY = "memory://"


class Settings(BaseSettings):
    """What the environment says; options on the command line win over it.

    Attributes
    ----------
    store : str
        ``MUSUBI_STORE``, address of the store.
    lang : Lang or None
        ``MUSUBI_LANG``, language of answers and pages, ``ja`` or ``en``; None = from the locale.
    encoder : str or None
        ``MUSUBI_ENCODER``, ``bundled``, ``lexical`` or ``st:MODEL``; None = the bundled model, and the
        lexical encoder where that cannot run.
    neo4j_password : SecretStr or None
        ``MUSUBI_NEO4J_PASSWORD``, password of a Neo4j server, never written anywhere.
    passphrase : SecretStr or None
        ``MUSUBI_PASSPHRASE``, pass phrase of backups, never written anywhere.
    import_text_mib : int
        ``MUSUBI_IMPORT_TEXT_MIB``, size of a CSV or TSV file that may be imported, unpacked, in MiB.
    import_cpu_s : float
        ``MUSUBI_IMPORT_CPU_S``, processor time that reading one file may take, in seconds; rows of text get more.
    import_memory_mib : int
        ``MUSUBI_IMPORT_MEMORY_MIB``, memory of the process that reads a workbook or document, in MiB.
    locale : str
        ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``, the first that is set.
    """

    model_config = SettingsConfigDict(env_prefix="MUSUBI_", env_ignore_empty=True, frozen=True, extra="forbid")

    store: str = DEFAULT_STORE
    lang: Lang | None = None
    encoder: str | None = None
    neo4j_password: SecretStr | None = None
    passphrase: SecretStr | None = None
    import_text_mib: int = Field(512, ge=1, le=4096)
    import_cpu_s: float = Field(10.0, ge=1.0, le=3600.0, allow_inf_nan=False)
    import_memory_mib: int = Field(256, ge=64, le=16_384)
    locale: str = Field("", validation_alias=AliasChoices("LC_ALL", "LC_MESSAGES", "LANG"))

    def import_limits(self) -> Limits:
        """Give the limits of files that are imported."""
        from ingest.limits import LIMITS, MIB

        return replace(
            LIMITS,
            text_bytes=self.import_text_mib * MIB,
            cpu_s=self.import_cpu_s,
            memory_bytes=self.import_memory_mib * MIB,
        )

    @property
    def language(self) -> Lang:
        """The language to speak: as set, else Japanese in a Japanese locale, else English."""
        return self.lang or (Lang.JA if self.locale.lower().startswith("ja") else Lang.EN)


def load_settings() -> Settings:
    """Read the environment.

    Raises
    ------
    graph.errors.WrongUse
        If a setting has a value that is not allowed; names the setting, never its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        found = "; ".join(f"MUSUBI_{str(e['loc'][-1]).upper()}: {e['msg']}" for e in error.errors(include_input=False))
        raise WrongUse(f"environment: {found}") from None


def beside_store(url: str, ending: str) -> Path | None:
    """Give the path of a companion file of a store, such as ``musubi.db.vectors``.

    Returns
    -------
    Path or None
        Beside a store that is a file; in the working folder, under a name made from the address, for one
        on a server; None for one in memory.
    """
    if url == MEMORY:
        return None
    if not url.startswith(SQLITE) or len(url) == len(SQLITE):
        return Path(f"musubi-{hashlib.blake2b(url.encode(), digest_size=6).hexdigest()}{ending}")
    path = Path(unquote(url[len(SQLITE) :]))
    return path.with_name(path.name + ending)
