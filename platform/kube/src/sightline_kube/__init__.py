"""Kubernetes as data: manifests with places, rules, pod security, network flows, runbooks, needs of AWS."""
