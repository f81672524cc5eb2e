"""Speaks to vendors: one pure folder per vendor, and one module that does the sending.

A vendor folder turns our models into requests and answers into values; it opens no socket, file or database
and keeps no state. Only `sender` knows the HTTP library. Only `catalog` knows which vendors there are.
"""
