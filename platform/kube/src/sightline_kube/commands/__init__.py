"""The sub-commands of `sightline kube`: one file each."""
