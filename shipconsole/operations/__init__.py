"""What packers, platforms, and the clock can cause, as plain functions over a `Context`.

The window and the command line call the same functions. Transactions are synchronous functions that run on the store's
thread; whatever is awaited happens between them.
"""
