"""Boards: one file each, with a `KEY` and a `build()`; they are found by being here."""
