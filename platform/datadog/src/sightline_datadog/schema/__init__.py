"""What the vendor's specifications say of each body, precompiled: no YAML, no client and no models at run time."""
