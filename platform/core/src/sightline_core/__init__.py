"""What every part of Sightline stands on: diagnostics, source places, console, exit codes, the one command."""
