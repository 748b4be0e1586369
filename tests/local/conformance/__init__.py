"""Recorded conversations with the real vendor, held with the local backend instead."""
