"""Looks at every monitor again and again, remembers what it saw, and says so."""
