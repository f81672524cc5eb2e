"""The roles of a database on a server: one that owns the tables, and one whose members read and write rows."""

from shipconsole.store.queries import query


def script() -> str:
    """Return the SQL that an administrator runs in the database: it can be run again, and after tables changed."""
    names = ("roles.begin", "rights.grant", "roles.end")
    return "\n\n".join(f"{query(name, 'postgresql').text};" for name in names) + "\n"


def rights() -> str:
    """Return the statement that gives the stations their rights on the tables; their owner runs it."""
    return query("rights.grant", "postgresql").text
