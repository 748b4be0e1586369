"""A real cluster by the hub's model, with a bucket and keys at moto, ready for the snapshot commands."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sightline_core.signing.key_files import FileSigner, generate
from sightline_vault.client import Connection, Secret, VaultClient
from sightline_vault.model import Naming
from sightline_vault.render.documents import spec_text
from tests.vault.configuration.canned import hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault import VaultNode
    from sightline_kube.testing.servers.vault_cluster import VaultCluster
    from sightline_vault.model import VaultClusterSpec


@dataclass
class Estate:
    """The cluster, its model (also as a file), the key that signs, and what the commands are told each time."""

    cluster: VaultCluster
    spec: VaultClusterSpec
    folder: Path
    key: FileSigner
    environ: dict[str, str]
    seal_key: str

    @property
    def model(self) -> str:
        return str(self.folder / "cluster.yaml")

    @property
    def signing(self) -> list[str]:
        return [f"--key={self.folder / 'key.pem'}", f"--folder={self.folder}", "--statsd=none"]

    @property
    def trusting(self) -> list[str]:
        return [f"--public-key={self.folder / 'key.pem.pub'}"]

    @property
    def asking(self) -> list[str]:
        nodes: list[VaultNode] = self.cluster.nodes
        return [*(f"--address={each.site.api}" for each in nodes), f"--ca-file={nodes[0].site.ca}"]

    def client(self) -> VaultClient:
        sites = [node.site for node in self.cluster.nodes]
        return VaultClient(Connection(tuple(each.api for each in sites), sites[0].ca), Secret(self.cluster.root))


@contextmanager
def estate(folder: Path, moto: Moto, *, count: int = 1) -> Iterator[Estate]:
    """Serve a cluster that holds what the model asks for, audited into a folder of the test."""
    from sightline_kube.testing.servers.moto import CREDENTIALS, REGION
    from sightline_kube.testing.servers.vault import KmsSeal
    from sightline_kube.testing.servers.vault_cluster import vault_cluster
    from sightline_vault.testing.servers import by_model

    name = f"sightline-{folder.name}".lower().replace("_", "-")[:60]
    base = hub()
    spec = replace(
        base,
        region=REGION,
        seal=replace(base.seal, key=f"{name}-seal"),
        snapshots=replace(base.snapshots, bucket=name, replica_region="us-east-1"),
    )
    seal_key = moto.create_key()
    moto.kms("CreateAlias", AliasName=Naming(spec).seal_key, TargetKeyId=seal_key)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cluster.yaml").write_text(spec_text(spec))
    s3 = s3_client(moto)
    s3.create_bucket(
        Bucket=name, ObjectLockEnabledForBucket=True, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    key = generate(folder / "key.pem")
    environ = {**CREDENTIALS, "AWS_ENDPOINT_URL": moto.url}
    with vault_cluster(folder / "vault", KmsSeal(moto.url, seal_key), count=count, render=by_model(spec)) as cluster:
        made = Estate(cluster, spec, folder, key, environ, seal_key)
        fill(made)
        yield made


def fill(made: Estate) -> None:
    """Make the mounts, policies and an audit device."""
    ask = made.cluster.ask
    for mount in made.spec.mounts:
        ask("POST", f"sys/mounts/{mount.path}", {"type": mount.type, "options": dict(mount.options)}).expect()
    for policy in made.spec.policies:
        ask("PUT", f"sys/policies/acl/{policy.name}", {"policy": 'path "x" {capabilities=["read"]}'}).expect()
    split_recovery_key(made.cluster)
    audit = made.folder / "audit"
    audit.mkdir()
    ask("PUT", "sys/audit/file", {"type": "file", "options": {"file_path": str(audit / "audit.log")}}).expect()


def split_recovery_key(cluster: VaultCluster) -> None:
    """Split the recovery key as a ceremony does: two of three shares are needed from now on."""
    begun = cluster.ask("PUT", "sys/rekey-recovery-key/init", {"secret_shares": 3, "secret_threshold": 2}).expect()
    body = {"key": cluster.recovery_key(), "nonce": begun["nonce"]}
    told = cluster.ask("PUT", "sys/rekey-recovery-key/update", body).expect()
    assert told["complete"], told
    cluster.recovery_keys = told["keys_base64"]


def s3_client(moto: Moto, region: str = "eu-west-1") -> Any:
    """Return boto3's client of moto's S3."""
    import boto3  # type: ignore[import-untyped]  # boto3 ships none

    return boto3.client(
        "s3", endpoint_url=moto.url, region_name=region, aws_access_key_id="testing", aws_secret_access_key="testing"
    )
