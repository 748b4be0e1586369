"""What is seen of a cluster: metrics, audit events without secrets, monitors, SLOs, a dashboard."""
