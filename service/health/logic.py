"""Probes."""

from __future__ import annotations

from graph.errors import StoreUnavailable
from service.engine import Engine
from service.health.schemas import Ready


def readiness(engine: Engine) -> Ready:
    """Probe the store and the text encoder."""
    try:
        with engine.reader() as reader:
            reader.store.version()
        store = True
    except StoreUnavailable:
        store = False
    choice = engine.loaded
    reasons = [] if store else ["store_unavailable"]
    reasons += [] if choice else ["encoder_loading"]
    return Ready(ready=not reasons, store=store, encoder=choice.encoder.name if choice else None, reasons=reasons)
