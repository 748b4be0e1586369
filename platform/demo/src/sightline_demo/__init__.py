"""make demo: drives every other part by command and HTTP."""
