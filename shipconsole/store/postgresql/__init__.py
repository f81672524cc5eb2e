"""The store on a PostgreSQL server, for many stations; loaded only where it is configured."""
