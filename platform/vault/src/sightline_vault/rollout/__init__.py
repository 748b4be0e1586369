"""Replaces servers one by one, standbys first, the leader last, where a StatefulSet waits for deletions."""

from sightline_vault.rollout.running import roll
from sightline_vault.rollout.steps import Done, Pod, Replace, Standing, Wait, next_step, order

__all__ = ["Done", "Pod", "Replace", "Standing", "Wait", "next_step", "order", "roll"]
