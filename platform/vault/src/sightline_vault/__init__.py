"""A highly available Vault cluster from one typed model."""
