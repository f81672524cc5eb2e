"""Texts about a PostgreSQL server: its address, its password, its settings, and what is wrong with it."""

from shipconsole.texts import Table

TEXTS: Table = {
    "database_address.bad_host": "The database's address has a host that can't be one. Write a name, an IP address, or an IPv6 address in brackets.",
    "database_address.escape": "The database's address can't be read. In the user, the password, and the name, write @ as %40, : as %3A, / as %2F, and ? as %3F.",
    "database_address.hash": "The database's address contains a #. Write it as %23.",
    "database_address.no_host": "The database's address names no host. It must be {form}.",
    "database_address.no_name": "The database's address names no database. It must be {form}.",
    "database_address.no_value": "The parameter {name} in the database's address has no value, or stands there twice.",
    "database_address.not_number": "The parameter {name} in the database's address must be a whole number.",
    "database_address.not_one": "The database's address must be {form}.",
    "database_address.not_text": "The database's address contains a percent code that is no text.",
    "database_address.port": "The port in the database's address must be a number from 1 to 65,535. If the password contains a colon or a slash, write it as %3A or %2F.",
    "database_address.port_apart": "The parameter port in the database's address is only for the parameter host. Write HOST:PORT.",
    "database_address.secret_parameter": "The database's address can't have the parameter {name}. Store the password with: shipconsole database --set-password",
    "database_address.ssl_mode": "The parameter sslmode in the database's address must be one of {modes}.",
    "database_address.two_hosts": "The database's address names a host before the name and another one as a parameter. Write one of them.",
    "database_address.unknown_parameter": "“{name}” is not a parameter that a database's address can have. docs/postgresql.md lists them.",
    "profile.database_no_text": "The key {key} in settings.toml must be the URL of a database, in quotes.",
    "profile.database_password": "The key {key} in settings.toml contains a password, which must not be stored there. Remove it, and store the password with: shipconsole database --set-password",
    "setting.database": "Database",
    "setting.database.help": "The PostgreSQL server that several stations share, as in postgresql://station@db.example.org/shipconsole. Empty: the database on this computer",
    "settings.database_kind": "Write {server}, {file}FILE, or nothing.",
    "settings.database_password": "A password is not stored here. Leave it out, and store it with: shipconsole database --set-password",
}
