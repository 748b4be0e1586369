"""What the console asks: JSON under `/api/local/v1`, and the console itself."""

PREFIX = "/api/local/v1"
