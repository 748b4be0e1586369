"""Snapshots in S3: written once, with a SHA-256 that S3 checks, encrypted by KMS, locked against everybody.

<https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>,
<https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>,
<https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>. What S3 says of itself is not believed:
`deposit` reads back.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from sightline_vault.snapshots.aws import client, code_of, failed, pages
from sightline_vault.snapshots.store import Listed, LockedError, Stat, TakenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PART = 8 * 2**20
"""The size of a part, all that is held of a file: S3 takes 10,000 of them, so a file may have 78 GiB."""
PIECE = 64 * 1024
_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}
_MISSING = {"404", "NoSuchKey", "NotFound"}


class S3Store:
    """A bucket with object lock; `key` is the KMS key that encrypts, an id, an alias or an ARN."""

    def __init__(self, bucket: str, region: str, key: str, made: Any = None) -> None:
        self._bucket = bucket
        self._key = key
        self._client = made or client("s3", region)

    @property
    def name(self) -> str:
        """See `Store`."""
        return f"s3://{self._bucket}"

    def put(self, key: str, content: BinaryIO, locked_until: dt.datetime | None) -> None:
        """See `Store`; a larger file goes in parts, and is not there before the last one is."""
        first = content.read(PART)
        second = content.read(PART)
        try:
            if second:
                self._put_parts(key, first, second, content, locked_until)
            else:
                self._client.put_object(
                    **self._at(key), Body=first, IfNoneMatch="*", **_sum(first), **self._rules(locked_until)
                )
            self._lock(key, locked_until)
        except self._errors() as error:
            if code_of(error) in _TAKEN:
                raise TakenError(key) from error
            raise failed(error, "the object cannot be written", f"{self.name}/{key}") from error

    def get(self, key: str) -> Iterator[bytes]:
        """See `Store`."""
        try:
            body = self._client.get_object(**self._at(key))["Body"]
            try:
                yield from body.iter_chunks(PIECE)
            finally:
                body.close()
        except self._errors() as error:
            raise failed(error, "the object cannot be read", f"{self.name}/{key}") from error

    def stat(self, key: str) -> Stat | None:
        """See `Store`."""
        try:
            head = self._client.head_object(**self._at(key))
        except self._errors() as error:
            if code_of(error) in _MISSING:
                return None
            raise failed(error, "the object cannot be looked at", f"{self.name}/{key}") from error
        until = head.get("ObjectLockRetainUntilDate") if head.get("ObjectLockMode") == "COMPLIANCE" else None
        return Stat(head["ContentLength"], until, str(head.get("ServerSideEncryption", "")))

    def list(self, prefix: str) -> Iterator[Listed]:
        """See `Store`."""
        try:
            for each in pages(self._client, "list_objects_v2", "Contents", Bucket=self._bucket, Prefix=prefix):
                yield Listed(each["Key"], each["Size"])
        except self._errors() as error:
            raise failed(error, "the bucket cannot be listed", f"{self.name}/{prefix}") from error

    def delete(self, key: str) -> None:
        """See `Store`. It is hidden behind a delete marker; its version goes by the bucket's lifecycle.

        The bucket's policy lets nobody delete a version: what was hidden by mistake or on purpose can be had again.
        """
        stat = self.stat(key)
        if stat is not None and stat.locked_until is not None and stat.locked_until > dt.datetime.now(dt.UTC):
            raise LockedError(key)
        try:
            self._client.delete_object(**self._at(key))
        except self._errors() as error:
            raise failed(error, "the object cannot be deleted", f"{self.name}/{key}") from error

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": key}

    def _rules(self, locked_until: dt.datetime | None) -> dict[str, Any]:
        found: dict[str, Any] = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self._key}
        if locked_until is not None:
            found |= {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": locked_until}
        return found

    def _put_parts(
        self, key: str, first: bytes, second: bytes, content: BinaryIO, locked_until: dt.datetime | None
    ) -> None:
        upload = self._client.create_multipart_upload(
            **self._at(key), ChecksumAlgorithm="SHA256", **self._rules(locked_until)
        )["UploadId"]
        try:
            parts: list[dict[str, Any]] = []
            body, after = first, second
            while body:
                number = len(parts) + 1
                told = self._client.upload_part(
                    **self._at(key), UploadId=upload, PartNumber=number, Body=body, **_sum(body)
                )
                parts.append(
                    {"PartNumber": number, "ETag": told["ETag"], "ChecksumSHA256": _sum(body)["ChecksumSHA256"]}
                )
                body, after = after, content.read(PART)
            self._client.complete_multipart_upload(
                **self._at(key), UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
            )
        except BaseException:
            # Parts of an upload that never ends are paid for, and seen by nobody.
            with suppress(*self._errors()):
                self._client.abort_multipart_upload(**self._at(key), UploadId=upload)
            raise

    def _lock(self, key: str, locked_until: dt.datetime | None) -> None:
        """Lock what came in parts where the store (moto) forgot what was asked for at their beginning."""
        found = self.stat(key) if locked_until is not None else None
        if found is not None and found.locked_until is None:
            retention = {"Mode": "COMPLIANCE", "RetainUntilDate": locked_until}
            self._client.put_object_retention(**self._at(key), Retention=retention, ChecksumAlgorithm="SHA256")

    def _errors(self) -> tuple[type[Exception], ...]:
        from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]  # botocore ships none

        return BotoCoreError, ClientError


def _sum(body: bytes) -> Mapping[str, str]:
    return {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": base64.b64encode(hashlib.sha256(body).digest()).decode()}
