"""Schema steps ``NNN_name.sql``, applied in order; each raises ``user_version`` to its number."""
