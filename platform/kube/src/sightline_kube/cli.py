"""`sightline kube`: manifests in, findings out."""

from __future__ import annotations

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check manifests, network flows and runbooks."""
