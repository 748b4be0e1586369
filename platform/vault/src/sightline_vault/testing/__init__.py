"""The model's own configuration on real servers of this machine."""

from sightline_vault.testing.servers import by_model

__all__ = ["by_model"]
