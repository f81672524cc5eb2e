"""Filters of the order list that people saved, shared by all stations."""

from shipconsole.domain.saved_filter import SavedFilter
from shipconsole.store.database import Db

_FIELDS = tuple(SavedFilter.model_fields)


def every(db: Db) -> tuple[SavedFilter, ...]:
    """Return all saved filters, oldest first."""
    rows = db.rows("saved_filters.every")
    return tuple(SavedFilter.model_validate(dict(zip(_FIELDS, row, strict=True))) for row in rows)


def put(db: Db, *, name: str, view: str, sort: str, words: str) -> int:
    """Save a filter, in place of the one with that name; return its id."""
    id_ = int(db.value("saved_filters.put", name=name, view=view, sort=sort, words=words))
    db.note("filter", id_)
    return id_


def drop(db: Db, filter_id: int) -> bool:
    """Delete a saved filter; False if there is none."""
    is_dropped = db.change("saved_filters.drop", id=filter_id) == 1
    if is_dropped:
        db.note("filter", filter_id)
    return is_dropped
