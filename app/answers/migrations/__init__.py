"""How the database of answers came to look as it does; Alembic runs it."""
