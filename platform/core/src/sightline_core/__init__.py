"""Diagnostics, source spans, console, exit codes and the umbrella command."""
