"""SLO as code: Sloth-style YAML compiled to Datadog SLOs and burn-rate monitors."""
