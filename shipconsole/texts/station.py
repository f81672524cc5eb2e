"""Texts of the station: profile, settings, keyring, log, announcements."""

from shipconsole.texts import Table

TEXTS: Table = {
    "database.network_drive": "{folder} is on a network drive ({kind}), where a database file is not safe. Choose a folder on this computer, or use PostgreSQL for several stations.",
    "database.no_file": "{url} names no file. It must be {form}FILE, as in {form}/data/orders.db.",
    "database.unknown_kind": "“{kind}” is not a kind of database that this version supports. It supports {supported}FILE.",
    "key.empty": "The API key is empty.",
    "key.invisible_character": "The API key contains a line break or another invisible character. Copy it again without it.",
    "key.not_text": "The API key contains a character that is not text. Copy it again.",
    "key.too_long": "The API key is longer than {most:n} characters.",
    "keyring.locked": "The keyring is locked. Unlock it (sign in to this computer again, or open its password manager) and retry.",
    "keyring.none_linux": "This computer has no keyring that can store API keys securely. Install gnome-keyring or KWallet, sign in to the desktop again, and retry.",
    "keyring.none_mac": "This computer has no keyring that can store API keys securely. Allow Shipconsole in Keychain Access and retry.",
    "keyring.none_windows": "This computer has no keyring that can store API keys securely. Start the Windows service Credential Manager and retry.",
    "keyring.refused": "The keyring refused access ({error}). Sign in to this computer again and retry.",
    "keyring.silent": "The keyring does not respond. If it asks for its password, perhaps in a window behind this one, enter it there and retry.",
    "log.not_written": "The log can't be written: {file} ({reason}).",
    "profile.folder_not_made": "The profile folder can't be created: {folder} ({reason}).",
    "profile.folder_not_written": "The profile folder can't be written: {folder} ({reason}).",
    "profile.not_locked": "The profile can't be locked: {folder} ({reason}).",
    "settings.not_read": "The settings could not be read: {reason}.",
    "settings.not_saved": "The settings could not be saved: {reason}.",
    "settings.restarted": "The settings could not be read and were reset. The old file is kept as {file}.",
    "settings.unusable_value": "The setting {key} has a value that can't be used. It is now {value}.",
    "updates.not_https": "The address of announcements must begin with https://.",
    "updates.status": "{host} responded with status {status}.",
    "updates.too_long": "{host} sent more than an announcement can be.",
    "updates.unreachable": "{host} could not be reached.",
    "updates.unreadable": "The announcement is signed, but this version can't read it.",
    "updates.wrong_signature": "The new-version notice was ignored because its signature does not match the key in settings.",
}
