"""Idempotent orders with a transactional outbox."""
