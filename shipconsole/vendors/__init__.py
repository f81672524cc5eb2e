"""The platforms: one pure folder for each, and one module that sends requests.

A platform folder turns our models into requests and responses into values; it opens no socket, file or database
and has no state. `adapter` says what each offers. Only `http` knows the HTTP library, only `catalog` which platforms
there are. `request`, `received` and `sent` are what is exchanged; `field_errors` and `field_map` read rejections.
"""
