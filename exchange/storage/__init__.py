"""What touches PostgreSQL: engines, codecs, tables, migrations and the embedded server."""
