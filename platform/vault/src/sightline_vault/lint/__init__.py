"""A cluster held to the hardening checklist: our model, and rendered manifests of any chart.

What is judged are the manifests (by the rules of `sightline_kube`, too), the server configuration inside of them, and
what is asked of AWS. Each rule belongs to one of the twenty points of the checklist, and the score says which hold.
"""

from sightline_vault.lint.judging import Judgement, lint

__all__ = ["Judgement", "lint"]
