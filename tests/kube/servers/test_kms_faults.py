"""KMS breaks as AWS does: what each fault does to a call, and that it is over when it is taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_kube.testing.servers.kms_faults import Fault
from sightline_kube.testing.servers.moto import call_kms

if TYPE_CHECKING:
    from sightline_kube.testing.servers.kms_faults import FaultyKms
    from sightline_kube.testing.servers.moto import Moto

pytestmark = pytest.mark.real_servers
CODES = {
    Fault.DISABLED: "DisabledException",
    Fault.PENDING_DELETION: "KMSInvalidStateException",
    Fault.DENIED: "AccessDeniedException",
    Fault.THROTTLED: "ThrottlingException",
}
SECRET = "c2VjcmV0"


@pytest.mark.parametrize("fault", list(CODES))
def test_a_fault_refuses_and_passes(moto: Moto, faulty_kms: FaultyKms, fault: Fault) -> None:
    """Decrypt is refused by the code of AWS while the fault holds, and answers with the plaintext after."""
    key = moto.create_key()
    sealed = call_kms(faulty_kms.url, "Encrypt", {"KeyId": key, "Plaintext": SECRET}).expect()["CiphertextBlob"]
    faulty_kms.fault = fault
    refused = call_kms(faulty_kms.url, "Decrypt", {"CiphertextBlob": sealed})
    assert (refused.status, refused.json["__type"]) == (400, CODES[fault])
    faulty_kms.fault = Fault.NONE
    assert call_kms(faulty_kms.url, "Decrypt", {"CiphertextBlob": sealed}).expect()["Plaintext"] == SECRET
    assert faulty_kms.calls == [("Encrypt", "ok"), ("Decrypt", CODES[fault]), ("Decrypt", "ok")]


@pytest.mark.parametrize(
    ("fault", "state"), [(Fault.DISABLED, "Disabled"), (Fault.PENDING_DELETION, "PendingDeletion")]
)
def test_a_key_out_of_use_can_be_described(moto: Moto, faulty_kms: FaultyKms, fault: Fault, state: str) -> None:
    """An operator who asks sees why."""
    faulty_kms.fault = fault
    told = call_kms(faulty_kms.url, "DescribeKey", {"KeyId": moto.create_key()}).expect()["KeyMetadata"]
    assert (told["KeyState"], told["Enabled"]) == (state, False)


def test_unreachable_is_no_answer_at_all(moto: Moto, faulty_kms: FaultyKms) -> None:
    """The connection is cut, which a client may try again; an error of KMS is an answer."""
    key = moto.create_key()
    faulty_kms.fault = Fault.UNREACHABLE
    with pytest.raises(OSError, match=r"reset|closed"):
        call_kms(faulty_kms.url, "DescribeKey", {"KeyId": key})
    assert faulty_kms.calls == [("DescribeKey", "cut")]
