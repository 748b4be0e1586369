"""Errors of boto3 become the word that a person is called with."""

from __future__ import annotations

import pytest
from botocore.exceptions import (  # type: ignore[import-untyped]  # botocore ships none
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from sightline_vault.seal.failures import Failure, classify, words

KEY = "arn:aws:kms:eu-central-1:123456789012:key/1"


def answered(code: str, message: str = "no", status: int = 400) -> ClientError:
    told = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(told, "Decrypt")


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (answered("DisabledException", f"{KEY} is disabled."), Failure.DISABLED),
        (answered("KMSInvalidStateException", f"{KEY} is pending deletion."), Failure.PENDING_DELETION),
        (answered("KMSInvalidStateException", f"{KEY} is pending replica deletion."), Failure.PENDING_DELETION),
        (answered("KMSInvalidStateException", f"{KEY} is disabled."), Failure.DISABLED),
        (answered("KMSInvalidStateException", f"{KEY} is pending import."), Failure.OTHER),
        (answered("AccessDeniedException", "not authorized to perform: kms:Decrypt"), Failure.DENIED),
        (answered("ThrottlingException"), Failure.THROTTLED),
        (answered("TooManyRequestsException"), Failure.THROTTLED),
        (answered("NotFoundException", "Alias is not found."), Failure.MISSING),
        (answered("UnrecognizedClientException"), Failure.CREDENTIALS),
        (answered("com.amazonaws.kms#DisabledException"), Failure.DISABLED),
        (answered("InvalidCiphertextException"), Failure.WRONG),
        (answered("KMSInternalException", status=500), Failure.UNREACHABLE),
        (answered("502", "Bad Gateway", 502), Failure.UNREACHABLE),
        (answered("SomethingNew"), Failure.OTHER),
        (EndpointConnectionError(endpoint_url="https://kms"), Failure.UNREACHABLE),
        (ConnectTimeoutError(endpoint_url="https://kms"), Failure.UNREACHABLE),
        (ReadTimeoutError(endpoint_url="https://kms"), Failure.UNREACHABLE),
        (ConnectionResetError(104, "reset"), Failure.UNREACHABLE),
        (NoCredentialsError(), Failure.CREDENTIALS),
        (ParamValidationError(report="KeyId"), Failure.OTHER),
        (KeyError("CiphertextBlob"), Failure.OTHER),
    ],
)
def test_each_error_has_one_class(error: Exception, failure: Failure) -> None:
    """The state is in the words alone where KMS has one code for all; what is not known is `other`, not a guess."""
    assert classify(error) is failure
    assert words(error)
    assert "\n" not in words(error)
