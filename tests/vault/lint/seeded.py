"""Misconfigurations that people make: what each spoils of a rendered cluster, and the check that has to find it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.vault.lint.world import World

Seed = tuple[str, str, "Callable[[World], object]"]
"""A title, the code of the check, and the change."""


def tcp(config: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = config["listener"]["tcp"]
    return found


def raft(config: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = config["storage"]["raft"]
    return found


def each_join(config: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> None:
    for each in raft(config)["retry_join"]:
        change(each)


def second_listener(config: dict[str, Any]) -> None:
    config["listener"] = [{"tcp": tcp(config)}, {"tcp": {"address": "127.0.0.1:8202", "tls_disable": "true"}}]


def broken(world: World) -> None:
    data = world.find("ConfigMap", "vault-servers")["data"]
    data["vault-0.json"] = 'listener "tcp" {\n  address = "[::]:8200\n}\nstorage "raft" {}\n'


def other_cluster(world: World) -> None:
    data = {"vault.json": world.find("ConfigMap", "vault-servers")["data"]["vault-0.json"]}
    metadata = {"name": "other-servers", "namespace": "other"}
    world.objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})


def on_empty_dir(world: World) -> None:
    claims = world.stateful["volumeClaimTemplates"]
    world.stateful["volumeClaimTemplates"] = [each for each in claims if each["metadata"]["name"] != "data"]
    world.pod["volumes"].append({"name": "data", "emptyDir": {}})


def shared_claim(world: World) -> None:
    on_empty_dir(world)
    world.pod["volumes"][-1] = {"name": "data", "persistentVolumeClaim": {"claimName": "vault-data"}}


def token_for_all(world: World) -> None:
    world.pod.pop("automountServiceAccountToken")
    world.drop("ServiceAccount")


def signed_by_vault(world: World) -> None:
    world.find("Certificate", "vault-tls")["spec"]["issuerRef"]["name"] = "own"
    spec = {"vault": {"server": "https://vault.vault.svc:8200", "path": "pki/sign/services"}}
    metadata = {"name": "own"}
    world.objects.append(
        {"apiVersion": "cert-manager.io/v1", "kind": "ClusterIssuer", "metadata": metadata, "spec": spec}
    )


def bound_to(role: str) -> Callable[[World], object]:
    def bind(world: World) -> None:
        world.objects.append(
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "ClusterRoleBinding",
                "metadata": {"name": "more"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
                "subjects": [{"kind": "ServiceAccount", "name": "vault", "namespace": "vault"}],
            }
        )

    return bind


def secret(key: str) -> Callable[[World], object]:
    def add(world: World) -> None:
        metadata = {"name": "vault-init", "namespace": "vault"}
        world.objects.append({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {key: "aHZzLng="}})

    return add


def usable_by(principal: str) -> Callable[[World], object]:
    def allow(world: World) -> None:
        statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:*", "Resource": "*"}
        world.statements()[:] = [*(each for each in world.statements() if each["Effect"] == "Allow"), statement]

    return allow


def granted(world: World, role: str, action: str, on: str) -> None:
    next(each for each in world.grants(role) if each["on"].startswith(on))["actions"].append(action)


CONFIGURATION: list[Seed] = [
    ("TLS is off", "VLT101", lambda w: w.configured(lambda c: tcp(c).update(tls_disable=True))),
    ("TLS is off as text", "VLT101", lambda w: w.configured(lambda c: tcp(c).update(tls_disable="1"))),
    ("no certificate", "VLT101", lambda w: w.configured(lambda c: tcp(c).pop("tls_cert_file"))),
    ("a second listener in the clear", "VLT101", lambda w: w.configured(second_listener)),
    ("TLS 1.0", "VLT102", lambda w: w.configured(lambda c: tcp(c).update(tls_min_version="tls10"))),
    (
        "any proxy is believed",
        "VLT103",
        lambda w: w.configured(lambda c: tcp(c).update(x_forwarded_for_authorized_addrs="0.0.0.0/0")),
    ),
    (
        "the proxy protocol of everybody",
        "VLT103",
        lambda w: w.configured(lambda c: tcp(c).update(proxy_protocol_behavior="use_always")),
    ),
    ("api_addr by http", "VLT106", lambda w: w.configured(lambda c: c.update(api_addr="http://vault-0:8200"))),
    ("no cluster_addr", "VLT106", lambda w: w.configured(lambda c: c.pop("cluster_addr"))),
    ("a pod's http address", "VLT106", lambda w: w.env("VAULT_API_ADDR", "http://$(POD_IP):8200")),
    ("no retry_join", "VLT107", lambda w: w.configured(lambda c: raft(c).pop("retry_join"))),
    (
        "one leader named",
        "VLT107",
        lambda w: w.configured(lambda c: raft(c).update(retry_join=raft(c)["retry_join"][:1])),
    ),
    (
        "join by http",
        "VLT108",
        lambda w: w.configured(lambda c: each_join(c, lambda j: j.update(leader_api_addr="http://vault-1:8200"))),
    ),
    (
        "join without CA",
        "VLT108",
        lambda w: w.configured(lambda c: each_join(c, lambda j: j.pop("leader_ca_cert_file"))),
    ),
    (
        "join without name",
        "VLT108",
        lambda w: w.configured(lambda c: each_join(c, lambda j: j.pop("leader_tls_servername"))),
    ),
    ("nothing said of mlock", "VLT112", lambda w: w.configured(lambda c: c.pop("disable_mlock"))),
    ("mlock with Raft", "VLT112", lambda w: w.configured(lambda c: c.update(disable_mlock=False))),
    ("no seal", "VLT115", lambda w: w.configured(lambda c: c.pop("seal"))),
    ("keys of AWS in the seal", "VLT116", lambda w: w.configured(lambda c: c["seal"]["awskms"].update(secret_key="x"))),
    ("keys of AWS in a variable", "VLT116", lambda w: w.env("AWS_SECRET_ACCESS_KEY", "x")),
    ("the key of another cluster", "VLT117", other_cluster),
    ("no telemetry", "VLT140", lambda w: w.configured(lambda c: c.pop("telemetry"))),
    (
        "telemetry that goes nowhere",
        "VLT140",
        lambda w: w.configured(lambda c: c["telemetry"].pop("prometheus_retention_time")),
    ),
    (
        "metrics for everybody",
        "VLT141",
        lambda w: w.configured(lambda c: tcp(c).update(telemetry={"unauthenticated_metrics_access": "true"})),
    ),
    (
        "profiles for everybody",
        "VLT141",
        lambda w: w.configured(lambda c: tcp(c).update(profiling={"unauthenticated_pprof_access": True})),
    ),
    ("the raw endpoint", "VLT147", lambda w: w.configured(lambda c: c.update(raw_storage_endpoint=True))),
    ("the introspection endpoint", "VLT147", lambda w: w.configured(lambda c: c.update(introspection_endpoint=True))),
    ("the UI", "VLT147", lambda w: w.configured(lambda c: c.update(ui=True))),
    ("requests in the log", "VLT147", lambda w: w.env("VAULT_LOG_LEVEL", "trace")),
    (
        "a seal that checks no certificate",
        "VLT110",
        lambda w: w.configured(lambda c: c["seal"].update(transit={"tls_skip_verify": "true"})),
    ),
    ("a configuration that cannot be read", "VLT100", broken),
]
"""What the servers run by."""

PODS: list[Seed] = [
    ("four servers", "VLT127", lambda w: w.stateful.update(replicas=4)),
    ("one server", "VLT127", lambda w: w.stateful.update(replicas=1)),
    ("rolling updates", "VLT139", lambda w: w.stateful.update(updateStrategy={"type": "RollingUpdate"})),
    ("updates not said", "VLT139", lambda w: w.stateful.pop("updateStrategy")),
    (
        "volumes deleted with the set",
        "VLT144",
        lambda w: w.stateful["persistentVolumeClaimRetentionPolicy"].update(whenDeleted="Delete"),
    ),
    ("no anti-affinity", "VLT129", lambda w: w.pod.pop("affinity")),
    (
        "anti-affinity of other pods",
        "VLT129",
        lambda w: w.pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0].update(
            labelSelector={"matchLabels": {"app": "web"}}
        ),
    ),
    ("no zones", "VLT130", lambda w: w.pod.pop("topologySpreadConstraints")),
    ("nobody can send the signal", "VLT104", lambda w: w.pod.pop("shareProcessNamespace")),
    (
        "root",
        "PSS103",
        lambda w: [each.update(runAsNonRoot=False) for each in (w.pod["securityContext"], w.server["securityContext"])],
    ),
    (
        "no seccomp profile",
        "PSS105",
        lambda w: [each.pop("seccompProfile") for each in (w.pod["securityContext"], w.server["securityContext"])],
    ),
    ("capabilities kept", "PSS106", lambda w: w.server["securityContext"].pop("capabilities")),
    (
        "IPC_LOCK added",
        "PSS106",
        lambda w: w.server["securityContext"].update(capabilities={"add": ["IPC_LOCK"], "drop": ["ALL"]}),
    ),
    ("rights may be gained", "PSS102", lambda w: w.server["securityContext"].update(allowPrivilegeEscalation=True)),
    (
        "a root file system that can be written",
        "KUBE013",
        lambda w: w.server["securityContext"].pop("readOnlyRootFilesystem"),
    ),
    ("an image by tag", "KUBE010", lambda w: w.server.update(image="hashicorp/vault:1.21.0")),
    ("no limits", "VLT131", lambda w: w.server["resources"].pop("limits")),
    ("too little memory requested", "VLT131", lambda w: w.server["resources"]["requests"].update(memory="128Mi")),
    (
        "a token of the API server in every container",
        "KUBE014",
        token_for_all,
    ),
    ("certificates not checked", "VLT110", lambda w: w.env("VAULT_SKIP_VERIFY", "true")),
    (
        "certificates not checked by a probe",
        "VLT110",
        lambda w: w.server.update(
            readinessProbe={"exec": {"command": ["/bin/sh", "-ec", "vault status -tls-skip-verify"]}}
        ),
    ),
    ("no CA", "VLT111", lambda w: w.unset("VAULT_CACERT")),
    ("no audit volume", "VLT113", lambda w: w.unmount("/vault/audit")),
    ("data on an emptyDir", "VLT146", on_empty_dir),
    ("one claim for all", "VLT146", shared_claim),
    ("no storage class", "VLT145", lambda w: w.stateful["volumeClaimTemplates"][0]["spec"].pop("storageClassName")),
    ("development mode", "VLT126", lambda w: w.server.update(command=["vault", "server", "-dev"])),
    ("the image's own default", "VLT126", lambda w: w.server.pop("command")),
    (
        "a sealed server is restarted",
        "VLT148",
        lambda w: w.server["livenessProbe"]["httpGet"].update(path="/v1/sys/health"),
    ),
    (
        "initialised by a hook",
        "VLT124",
        lambda w: w.server.update(lifecycle={"postStart": {"exec": {"command": ["sh", "-c", "vault operator init"]}}}),
    ),
    ("a token in a variable", "VLT125", lambda w: w.env("VAULT_TOKEN", "hvs.x")),
]
"""What the servers are."""

OBJECTS: list[Seed] = [
    ("a root token in a Secret", "VLT125", secret("root_token")),
    ("unseal keys in a Secret", "VLT125", secret("unseal_keys_b64")),
    ("no budget", "VLT128", lambda w: w.drop("PodDisruptionBudget")),
    (
        "a budget over the quorum",
        "VLT128",
        lambda w: w.find("PodDisruptionBudget")["spec"].update(maxUnavailable="60%"),
    ),
    ("no evictions at all", "KUBE017", lambda w: w.find("PodDisruptionBudget")["spec"].update(maxUnavailable=0)),
    (
        "a Service that leads to sealed servers",
        "VLT138",
        lambda w: w.find("Service")["spec"].update(publishNotReadyAddresses=True),
    ),
    (
        "an active Service that leads to sealed servers",
        "VLT138",
        lambda w: w.find("Service", "vault-active")["spec"].update(publishNotReadyAddresses=True),
    ),
    (
        "an account that reads secrets",
        "VLT136",
        lambda w: w.find("Role")["rules"][0].update(resources=["pods", "secrets"]),
    ),
    (
        "an account that lists pods",
        "VLT136",
        lambda w: w.find("Role")["rules"][0].update(verbs=["list", "watch", "patch"]),
    ),
    ("an account of a cluster's administrator", "VLT137", bound_to("cluster-admin")),
    ("Raft's port for clients", "VLT132", lambda w: w.policy()["ingress"][1]["ports"].append({"port": 8201})),
    (
        "Raft's port in a range",
        "VLT132",
        lambda w: w.policy()["ingress"][1].update(ports=[{"port": 8000, "endPort": 9000}]),
    ),
    (
        "the API for every namespace",
        "VLT133",
        lambda w: w.policy()["ingress"][1].update({"from": [{"namespaceSelector": {}}]}),
    ),
    ("the API for everybody", "VLT133", lambda w: w.policy()["ingress"][1].pop("from")),
    (
        "the API for the internet",
        "VLT133",
        lambda w: w.policy()["ingress"][1]["from"].append({"ipBlock": {"cidr": "0.0.0.0/0"}}),
    ),
    ("egress to everything", "VLT134", lambda w: w.policy()["egress"].append({})),
    (
        "egress to the internet",
        "VLT134",
        lambda w: w.policy()["egress"].append({"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 443}]}),
    ),
    ("policies that do not say what they hold", "VLT135", lambda w: w.policy().pop("policyTypes")),
    ("no policies: ingress", "VLT133", lambda w: w.drop("NetworkPolicy")),
    ("no policies: egress", "VLT134", lambda w: w.drop("NetworkPolicy")),
    (
        "a name that the certificate lacks",
        "VLT109",
        lambda w: w.find("Certificate", "vault-tls")["spec"].update(dnsNames=["vault.vault.svc"]),
    ),
    ("a certificate by this Vault", "VLT105", signed_by_vault),
    ("no snapshots", "VLT149", lambda w: w.find("CronJob", "vault-snapshot")["spec"].update(suspend=True)),
    ("snapshots at once", "VLT149", lambda w: w.find("CronJob", "vault-snapshot")["spec"].pop("concurrencyPolicy")),
]
"""What stands beside them."""

AWS: list[Seed] = [
    ("no rotation", "VLT119", lambda w: w.needs["keys"][0].update(rotation=False)),
    ("deletion in a week", "VLT120", lambda w: w.needs["keys"][0].update(deletion_window_days=7)),
    ("grants for others", "VLT121", lambda w: granted(w, "vault", "kms:CreateGrant", "key/")),
    ("the server may delete its key", "VLT121", lambda w: granted(w, "vault", "kms:ScheduleKeyDeletion", "key/")),
    ("everything with the key", "NEED002", lambda w: granted(w, "vault", "kms:*", "key/")),
    ("snapshots may be deleted", "VLT122", lambda w: granted(w, "vault-snapshot", "s3:DeleteObjectVersion", "bucket/")),
    ("no lock", "VLT122", lambda w: w.needs["buckets"][0].update(lock_days=0)),
    ("no copy", "VLT123", lambda w: w.needs["buckets"][0].update(replica_region="")),
    ("the whole account uses the key", "VLT118", usable_by("arn:aws:iam::111111111111:root")),
    ("everybody uses the key", "VLT118", usable_by("*")),
    ("the administrator uses the key", "VLT118", usable_by("${administrators}")),
]
"""What is asked of AWS."""

MODEL: list[Seed] = [
    ("dead servers stay", "VLT142", lambda w: w.modelled("cleanup_dead_servers: true", "cleanup_dead_servers: false")),
    (
        "a restart is a death",
        "VLT142",
        lambda w: w.modelled("dead_server_last_contact_threshold: 24h", "dead_server_last_contact_threshold: 30s"),
    ),
    ("one snapshot a day", "VLT150", lambda w: w.modelled("'*/15 * * * *'", "'0 3 * * *'")),
    (
        "a policy over everything",
        "VLT151",
        lambda w: w.modelled("secret/data/payments/*:", "'*':\n    - sudo\n    secret/data/payments/*:"),
    ),
    ("tokens for a month", "VLT152", lambda w: w.modelled("max_ttl: 10m", "max_ttl: 720h")),
    ("a class that does not encrypt", "VLT145", lambda w: w.modelled("encrypted: true", "encrypted: false")),
    ("two servers make a quorum", "VLT002", lambda w: w.modelled("min_quorum: 3", "min_quorum: 2")),
    ("one operator is enough", "VLT002", lambda w: w.modelled("recovery_threshold: 2", "recovery_threshold: 1")),
    ("a misspelt field", "VLT001", lambda w: w.modelled("recovery_threshold:", "recovery_treshold:")),
]
"""What the model says."""

SEEDS = [*CONFIGURATION, *PODS, *OBJECTS, *AWS, *MODEL]
