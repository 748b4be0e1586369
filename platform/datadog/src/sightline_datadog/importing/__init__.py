"""From what others hold (an organisation, exported files, Terraform's state, kennel's folder) to documents of ours."""
