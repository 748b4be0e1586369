"""boto3's client of KMS, made so that a probe hears of a failure rather than of its retries."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sightline_vault.seal.probe import Kms

CONNECT_S = 3.0
READ_S = 5.0


class KmsClient:
    """Gives a client that asks once. Where KMS answers may be said by `AWS_ENDPOINT_URL_KMS`.

    Made anew after `forget`: what boto3 found wrong at first (no credentials, no region) it never looks for again.
    """

    def __init__(self, region: str) -> None:
        self._region = region
        self._made: Kms | None = None

    def __call__(self) -> Kms:
        """Return the client; whatever boto3 raises comes through."""
        if self._made is None:
            # 0.3 s to import, which `--help` has no use for.
            import boto3  # type: ignore[import-untyped]  # boto3 ships none
            from botocore.config import Config  # type: ignore[import-untyped]  # botocore ships none

            config = Config(connect_timeout=CONNECT_S, read_timeout=READ_S, retries={"total_max_attempts": 1})
            session = boto3.session.Session()
            self._made = cast("Kms", session.client("kms", region_name=self._region, config=config))
        return self._made

    def forget(self) -> None:
        """Make another one next time."""
        self._made = None
