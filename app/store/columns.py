"""Kinds of columns that several tables have."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, ForeignKeyConstraint, String
from sqlmodel import Field

Moment = BigInteger
"""Milliseconds since 1970, UTC."""


def belongs_to(target: str, **more: Any) -> Any:
    """A column that points at ``target`` and goes when it goes."""
    return Field(sa_column=Column(String, ForeignKey(target, ondelete="CASCADE"), nullable=False, **more))


def of_member(name: str) -> ForeignKeyConstraint:
    """Ties a row's ``workspace_id`` and ``user_id`` to the membership, with which it goes. ``name``: the constraint's."""
    theirs, here = ["membership.workspace_id", "membership.user_id"], ["workspace_id", "user_id"]
    return ForeignKeyConstraint(here, theirs, name=name, ondelete="CASCADE")
