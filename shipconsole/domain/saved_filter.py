"""Filters of the order list that people saved."""

from shipconsole.domain.frozen import Frozen

NAME_MAX = 40


class SavedFilter(Frozen):
    """A view, its sort, and the words searched for, under a name."""

    id: int
    name: str
    view: str
    sort: str
    words: str = ""
