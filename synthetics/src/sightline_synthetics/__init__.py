"""Playwright journeys and locust load tests."""
