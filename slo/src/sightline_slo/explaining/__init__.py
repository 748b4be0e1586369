"""What an SLO means: its budget, its alerts in words, how fast they see and how soon they end."""
