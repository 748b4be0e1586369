"""The seal and what hangs on it: the probe of the key, initialisation, certificates in use, the audit file."""
