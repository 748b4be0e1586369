"""Audit events on their way out: scrubbed by what may be said, never by what may not."""
