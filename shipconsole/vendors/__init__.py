"""Speaks to platforms: one pure folder per platform, and one module that does the sending.

A platform folder turns our models into requests and answers into values; it opens no socket, file or database
and keeps no state. Only `sender` knows the HTTP library. Only `catalog` knows which platforms there are.
"""
