"""Says where we run: the profile folder, its settings, the keys, the log, the clock.

Nothing here knows of orders or platforms. keyring is imported in `keys` alone, and only once a key is asked
for: the window's first paint must not wait for it, nor for asyncio or pydantic.
"""
