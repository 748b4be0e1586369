"""`sightline datadog test`: series and a clock in, states and notifications out, held to what is expected."""
