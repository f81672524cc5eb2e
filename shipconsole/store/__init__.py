"""The database: the only package with SQL, run on two threads of its own, one for writing and one for reading.

Every function here takes a `Db` first and runs inside one transaction. Nothing can be awaited here, so no request is
ever sent inside a transaction.
"""
