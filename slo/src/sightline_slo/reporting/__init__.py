"""How SLOs stand: read from where they are measured, shown to people, judged by a policy."""
