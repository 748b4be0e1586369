"""The vendor's REST API, as far as the official client uses it to push SLOs, monitors and dashboards."""
