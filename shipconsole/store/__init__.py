"""Remembers: the only place with SQL, run on two threads of its own, one that writes and one that reads.

Every function here takes a `Db` first and runs inside one transaction. What is awaited cannot be reached from
here, so no platform is ever called inside a transaction.
"""
