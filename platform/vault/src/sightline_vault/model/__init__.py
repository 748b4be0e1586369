"""The typed model of a Vault cluster, read from YAML."""

from sightline_vault.model.cluster import VaultClusterSpec
from sightline_vault.model.naming import Naming
from sightline_vault.model.reading import read_spec, read_spec_file, spec_file_text

__all__ = ["Naming", "VaultClusterSpec", "read_spec", "read_spec_file", "spec_file_text"]
