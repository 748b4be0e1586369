"""What was pushed to the backend, and how it stands: small, precious, in SQLite beside the store of series."""
