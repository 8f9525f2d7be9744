"""Answers about the state of the service."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Live(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Whether recommendations can be made."""

    ready: bool
    store: bool = Field(description="The store opens and its schema is current.")
    encoder: str | None = Field(description="Text encoder that is loaded.", examples=["bundled"])
    reasons: list[str] = Field(description="Codes of what is missing.", examples=[["encoder_loading"]])
