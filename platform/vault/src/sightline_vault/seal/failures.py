"""What kept KMS from encrypting or decrypting, in one word that a monitor can be tagged with.

The codes are those of Encrypt and Decrypt: <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors>
and <https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html>.
"""

from __future__ import annotations

import enum

from botocore import exceptions  # type: ignore[import-untyped]  # botocore ships none


class Failure(enum.StrEnum):
    """Why. The first five are the drills' own; each tells another person what to do."""

    DISABLED = "disabled"
    PENDING_DELETION = "pending_deletion"
    DENIED = "denied"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    MISSING = "missing"
    """There is no such key or alias."""
    CREDENTIALS = "credentials"
    """There are none, or AWS does not know them: Pod Identity."""
    WRONG = "wrong"
    """It decrypted to something else."""
    OTHER = "other"


_CODES = {
    "DisabledException": Failure.DISABLED,
    "AccessDeniedException": Failure.DENIED,
    "AccessDenied": Failure.DENIED,
    "OptInRequired": Failure.DENIED,
    "NotAuthorized": Failure.DENIED,
    "ThrottlingException": Failure.THROTTLED,
    "Throttling": Failure.THROTTLED,
    "RequestLimitExceeded": Failure.THROTTLED,
    "TooManyRequestsException": Failure.THROTTLED,
    "LimitExceededException": Failure.THROTTLED,
    "NotFoundException": Failure.MISSING,
    "KeyUnavailableException": Failure.UNREACHABLE,
    "KMSInternalException": Failure.UNREACHABLE,
    "DependencyTimeoutException": Failure.UNREACHABLE,
    "InternalFailure": Failure.UNREACHABLE,
    "ServiceUnavailable": Failure.UNREACHABLE,
    "RequestExpired": Failure.CREDENTIALS,
    "ExpiredToken": Failure.CREDENTIALS,
    "ExpiredTokenException": Failure.CREDENTIALS,
    "UnrecognizedClientException": Failure.CREDENTIALS,
    "InvalidClientTokenId": Failure.CREDENTIALS,
    "InvalidSignatureException": Failure.CREDENTIALS,
    "IncompleteSignature": Failure.CREDENTIALS,
    "MissingAuthenticationToken": Failure.CREDENTIALS,
    "InvalidCiphertextException": Failure.WRONG,
    "IncorrectKeyException": Failure.WRONG,
}
_STATE = "KMSInvalidStateException"
_NO_CREDENTIALS = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.TokenRetrievalError,
)
_NO_ANSWER = (exceptions.HTTPClientError, exceptions.ConnectionError, OSError)


def classify(error: BaseException) -> Failure:
    """Return which failure an error of boto3 is. Pure."""
    if isinstance(error, exceptions.ClientError):
        return _answered(error)
    if isinstance(error, _NO_CREDENTIALS):
        return Failure.CREDENTIALS
    return Failure.UNREACHABLE if isinstance(error, _NO_ANSWER) else Failure.OTHER


def words(error: BaseException) -> str:
    """Return what AWS said, in one line."""
    if isinstance(error, exceptions.ClientError):
        told = error.response.get("Error", {})
        return " ".join(f"{told.get('Code', '')}: {told.get('Message', '')}".split())
    name = "" if isinstance(error, exceptions.BotoCoreError) else f"{type(error).__name__}: "
    return " ".join(f"{name}{error}".split())


def _answered(error: exceptions.ClientError) -> Failure:
    told = error.response.get("Error", {})
    # An endpoint's newer SDK protocol puts a namespace before the code.
    code = str(told.get("Code", "")).rpartition("#")[2]
    if code == _STATE:
        # One code for every state but enabled; only the words tell which.
        message = str(told.get("Message", "")).lower()
        if "pending" in message and "deletion" in message:
            return Failure.PENDING_DELETION
        return Failure.DISABLED if "disabled" in message else Failure.OTHER
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code not in _CODES and status >= 500:
        return Failure.UNREACHABLE
    return _CODES.get(code, Failure.OTHER)
