"""Specs of our own form, written of what others hold: Pyrra's objects, a live Datadog account."""
