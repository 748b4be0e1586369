"""Sloth over again: its bytes, its command line, and what we say beside."""
