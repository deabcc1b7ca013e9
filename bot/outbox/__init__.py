"""Messages waiting, sent and dead; and other slow work that waits in rows."""
