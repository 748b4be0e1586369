"""What KMS answers, through boto3 as it is, becomes the class that the drills are named by."""

from __future__ import annotations

import time

import pytest

from sightline_kube.testing.servers.kms_faults import Fault, faulty_kms
from sightline_kube.testing.servers.moto import CREDENTIALS
from sightline_vault.seal.aws_kms import KmsClient
from sightline_vault.seal.failures import Failure
from sightline_vault.seal.probe import probe

REGION = "eu-west-1"


@pytest.fixture(autouse=True)
def _no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep away from any credentials of this machine."""
    for name in ("AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")


def test_each_drill_has_its_class_and_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A retry of boto3 would hide a throttled key from the seal's point of view, and delay the page."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    drills = {each: Failure[each.name] for each in Fault if each is not Fault.NONE}
    with faulty_kms("http://127.0.0.1:9") as kms:
        monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", kms.url)
        client = KmsClient(REGION)
        for number, (fault, failure) in enumerate(drills.items(), 1):
            kms.fault = fault
            assert (probe(client, "alias/seal", time.time).failure, len(kms.calls)) == (failure, number)
    assert len(drills) == 5


def test_credentials_that_come_later_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pod Identity may be late; once a look has failed, the next one begins anew."""
    for name in CREDENTIALS:
        monkeypatch.delenv(name, raising=False)
    made = KmsClient(REGION)
    assert probe(made, "alias/seal", time.time).failure is Failure.CREDENTIALS
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    made.forget()
    with faulty_kms("http://127.0.0.1:9") as kms:
        kms.fault = Fault.DENIED
        monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", kms.url)
        assert probe(made, "alias/seal", time.time).failure is Failure.DENIED
