"""The environment of the program: the profile folder, its settings, the keys, the log, the clock.

Nothing here knows orders or platforms. keyring is imported in `keys` only, and only when a key is needed: the window's
first paint must not wait for it, nor for asyncio or pydantic.
"""
