"""Sloth's compiler over again: the same command line, the same bytes, and our findings beside them.

Nothing of the neutral model is read here. What Sloth answers is decided by details that no other backend has (how Go
spells a float, where its YAML writer folds a line), and the way of a spec through this package is short for speed.
"""
