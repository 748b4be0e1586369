"""The typed model of a Vault cluster, read from YAML."""

from sightline_vault.spec.model import VaultClusterSpec
from sightline_vault.spec.naming import Naming
from sightline_vault.spec.reading import read_spec, read_spec_file, spec_file_text

__all__ = ["Naming", "VaultClusterSpec", "read_spec", "read_spec_file", "spec_file_text"]
