"""From the model to what a monitoring system takes. One file a backend."""
