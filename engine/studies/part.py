"""What all tables of `study.toml` have in common: unknown fields are errors, and nothing changes."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A table of `study.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
