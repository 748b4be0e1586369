"""Semantic SLIs: what is meant, said once, as each backend counts it. One file a kind."""
