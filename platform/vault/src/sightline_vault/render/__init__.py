"""What a cluster's model becomes: the server's configuration, the chart's values, and all that stands beside them."""
