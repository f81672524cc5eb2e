"""Does: what the packer, a platform's answer or the clock may do, as plain functions over a `Context`.

The window and the command line call the same functions. Transactions are synchronous functions that run on the
store's thread; whatever is awaited happens between them.
"""
