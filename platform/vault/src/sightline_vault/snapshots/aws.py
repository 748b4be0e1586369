"""KMS and S3 through boto3, by what the package asks of them; endpoints come from boto3's own `AWS_ENDPOINT_URL`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_vault.snapshots.sealed import RefusedByKmsError

if TYPE_CHECKING:
    from collections.abc import Iterator

REFUSED = {
    "InvalidCiphertextException",
    "IncorrectKeyException",
    "NotFoundException",
    "ValidationException",
}
"""KMS's words for a ciphertext that is none of its keys':
<https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors>."""
_ATTEMPTS = 5


def client(service: str, region: str) -> Any:
    """Return a client that tries again by boto3's standard rules.

    Raises:
        SightlineError: There is no region, or the configuration is none.
    """
    import boto3  # type: ignore[import-untyped]  # boto3 ships none
    from botocore.config import Config  # type: ignore[import-untyped]  # botocore ships none
    from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]

    config = Config(retries={"mode": "standard", "total_max_attempts": _ATTEMPTS}, connect_timeout=5, read_timeout=60)
    try:
        return boto3.session.Session().client(service, region_name=region, config=config)
    except BotoCoreError as error:
        raise SightlineError(f"AWS's {service} cannot be asked", why=str(error)) from error


def code_of(error: Exception) -> str:
    """Return AWS's word for what is wrong; empty where no answer came."""
    answer = getattr(error, "response", None)
    return str(answer.get("Error", {}).get("Code", "")) if isinstance(answer, dict) else ""


def failed(error: Exception, what: str, where: str) -> SightlineError:
    """Return an answer of AWS, or that there was none, as an error of the environment."""
    return SightlineError(what, where=where, why=str(error), help="look at the role's rights and at the endpoint")


class AwsKms:
    """Decrypts by KMS; see `sealed.Kms`."""

    def __init__(self, region: str, made: Any = None) -> None:
        self._client = made or client("kms", region)

    def decrypt(self, ciphertext: bytes) -> bytes:
        """See `sealed.Kms`."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            plain: bytes = self._client.decrypt(CiphertextBlob=ciphertext)["Plaintext"]
        except ClientError as error:
            if code_of(error) in REFUSED:
                raise RefusedByKmsError(str(error)) from error
            raise failed(error, "KMS does not decrypt", "kms:Decrypt") from error
        except BotoCoreError as error:
            raise failed(error, "KMS cannot be asked", "kms:Decrypt") from error
        return plain


def pages(asked: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """Yield the things of every page of an operation."""
    for page in asked.get_paginator(operation).paginate(**arguments):
        yield from page.get(key, ())
