"""Every module that declares tables, so that SQLModel's metadata holds all of them."""

from app.store import (
    file_tables,
    import_tables,
    plan_tables,
    reminder_tables,
    tables,
    team_tables,
)

__all__ = ["file_tables", "import_tables", "plan_tables", "reminder_tables", "tables", "team_tables"]
