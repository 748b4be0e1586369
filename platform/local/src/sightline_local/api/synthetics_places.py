"""What the vendor calls the places that tests run from."""

from __future__ import annotations

_AWS = {
    "af-south-1": ("Cape Town", "Africa"),
    "ap-east-1": ("Hong Kong", "APAC"),
    "ap-northeast-1": ("Tokyo", "APAC"),
    "ap-northeast-2": ("Seoul", "APAC"),
    "ap-northeast-3": ("Osaka", "APAC"),
    "ap-south-1": ("Mumbai", "APAC"),
    "ap-southeast-1": ("Singapore", "APAC"),
    "ap-southeast-2": ("Sydney", "APAC"),
    "ap-southeast-3": ("Jakarta", "APAC"),
    "ca-central-1": ("Canada Central", "Americas"),
    "eu-central-1": ("Frankfurt", "Europe"),
    "eu-north-1": ("Stockholm", "Europe"),
    "eu-south-1": ("Milan", "Europe"),
    "eu-west-1": ("Ireland", "Europe"),
    "eu-west-2": ("London", "Europe"),
    "eu-west-3": ("Paris", "Europe"),
    "me-south-1": ("Bahrain", "Middle East"),
    "sa-east-1": ("São Paulo", "Americas"),
    "us-east-1": ("N. Virginia", "Americas"),
    "us-east-2": ("Ohio", "Americas"),
    "us-west-1": ("N. California", "Americas"),
    "us-west-2": ("Oregon", "Americas"),
}


def place(name: str, number: int) -> dict[str, object]:
    """Return a place as the answer to a trigger shows it."""
    provider, _, region = name.partition(":")
    city, continent = _AWS.get(region, (region, region)) if provider == "aws" else (name, name)
    return {
        "id": number,
        "name": name,
        "display_name": f"{city} (AWS)" if provider == "aws" else city,
        "region": continent,
        "is_active": True,
        "is_public": provider != "pl",
        "metadata": None,
    }
