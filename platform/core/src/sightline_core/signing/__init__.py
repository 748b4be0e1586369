"""Statements that are signed: in-toto in DSSE envelopes, by any signer.

Nothing here is imported with the command itself; keys in files want the extra `sightline-core[sign]`.
"""
