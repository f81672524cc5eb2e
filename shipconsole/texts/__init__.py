"""The English sentence of every message, a table for each part of the program; data, nothing else.

A key is the id, which never changes once released. A value is one whole sentence with named placeholders, or two where
the number `count` decides: the singular and the plural. ``{count:n}`` writes a number with the language's separators,
``{names:list}``, ``{names:and}``, ``{names:or}`` join several, and ``{parts:sentences}`` puts whole sentences in a row.
"""

Text = str | tuple[str, str]
Table = dict[str, Text]
