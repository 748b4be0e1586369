"""What every reference service shares: problem+json, database, outbox, faults, health, runner."""
