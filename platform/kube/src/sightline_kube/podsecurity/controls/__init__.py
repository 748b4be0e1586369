"""The controls: one file each, found by being here."""
