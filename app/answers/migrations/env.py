"""Runs the steps on the connection that the service hands over; never opens one of its own."""

from alembic import context

from app.answers.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
