"""Tests of alerts, written in the spec they test."""
