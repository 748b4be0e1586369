"""Configuration as code: what the model wants, what Vault holds, the difference as a plain value, and doing it."""
