"""The plan: what the model wants against what Vault says, in Vault's own words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline_core.diagnostics import Severity
from sightline_vault.client import Answer, NoAnswerError, Secret
from sightline_vault.configuration.apply import Outcome, apply, steps
from sightline_vault.configuration.plan import Action, Change, Plan, plan
from sightline_vault.configuration.policy_text import from_text, to_text
from sightline_vault.configuration.printer import PlanPrinter, as_data
from sightline_vault.configuration.providers import providers
from sightline_vault.configuration.rights import rights
from sightline_vault.configuration.saved import Made, stale
from sightline_vault.configuration.things import Wish
from tests.vault.configuration.canned import ROLE, Canned, as_wanted, hub, mounted

if TYPE_CHECKING:
    from collections.abc import Mapping


def planned(canned: Canned, **options: Any) -> Plan:
    """Plan the hub against what is canned."""
    return plan(Wish(hub()), canned.reading(), **options)


def of(made: Plan, kind: str, key: str) -> Change:
    """Return one change."""
    (found,) = [each for each in made.changes if (each.kind, each.key) == (kind, key)]
    return found


def test_a_fresh_cluster_is_made_in_the_order_of_what_needs_what() -> None:
    """Everything is a creation, whatever is needed comes first, and what is done is audited from the beginning."""
    made = planned(Canned())
    kinds = [each.kind for each in made.changes]
    assert {each.action for each in made.changes} == {Action.CREATE}
    assert kinds[:2] == ["audit", "audit"]
    for kind, provider in providers().items():
        for needed in provider.AFTER:
            after = max((i for i, each in enumerate(kinds) if each == needed), default=-1)
            assert all(i > after for i, each in enumerate(kinds) if each == kind)


def test_the_same_in_vault_s_own_words_is_nothing_to_do() -> None:
    """Times as `24h0m0s` or numbers, slashes, null options, other white space: none of it is a change."""
    made = planned(as_wanted())
    kept = {each.kind for each in made.changes if each.action is Action.KEEP}
    assert kept == {"audit", "autopilot", "auth", "mount", "mount-config", "policy", "quota", "role"}
    assert [each.name for each in made.of(Action.UPDATE, Action.UNMANAGED, Action.DELETE)] == []


@pytest.mark.parametrize(
    ("path", "change", "said"),
    [
        ("auth/kubernetes/prod/role/payments", {"token_ttl": 36000}, "token_ttl: 36000 → 900"),
        (
            "auth/kubernetes/prod/role/payments",
            {"bound_service_account_namespaces": ["*"]},
            'bound_service_account_namespaces: ["*"] → ["shop"]',
        ),
        ("auth/kubernetes/prod/role/payments", {"token_period": 60}, "token_period: 60 → 0"),
        ("sys/policies/acl/certificates", {"policy": ""}, 'paths.pki/sign/services: (absent) → ["create", "update"]'),
        (
            "sys/policies/acl/certificates",
            {"policy": 'path "x" { policy = "sudo" }'},
            'paths.(text): path "x" { policy = "sudo" } → (absent)',
        ),
        ("sys/quotas/rate-limit/everything", {"rate": 1}, "rate: 1.0 → 2000.0"),
        (
            "sys/storage/raft/autopilot/configuration",
            {"cleanup_dead_servers": False},
            "cleanup_dead_servers: false → true",
        ),
        (
            "sys/mounts",
            {"pki/": mounted("pki", "certificates of the services")},
            "max_lease_ttl: 0 → 31536000",
        ),
        (
            "sys/mounts",
            {"transit/": mounted("transit", "keys that never leave", audit_non_hmac_request_keys=["plaintext"])},
            'audit_non_hmac_request_keys: ["plaintext"] → []',
        ),
        (
            "sys/audit",
            {"file/": {"type": "file", "options": {"file_path": "/dev/null", "log_raw": "true"}}},
            "options.log_raw: true → (absent)",
        ),
        (
            "pki/config/urls",
            {"issuing_certificates": []},
            'issuing_certificates: [] → ["https://vault.vault.svc:8200/v1/pki/ca"]',
        ),
    ],
)
def test_what_somebody_changed_is_an_update_that_names_the_field(path: str, change: dict[str, Any], said: str) -> None:
    """Also what the model need not say: a wildcard, a period, values in clear in the audit log."""
    canned = as_wanted()
    canned.get[path] |= change
    (update,) = planned(canned).of(Action.UPDATE)
    assert said in [str(each) for each in update.fields]


def test_strangers_are_told_and_left_alone_until_they_are_to_go() -> None:
    """Pruned in reverse order; what nothing brings back only by its name, and a wrong name is a problem."""
    canned = as_wanted()
    canned.get["sys/mounts"]["old/"] = mounted("kv", "")
    canned.get["sys/policies/acl/old"] = {"policy": 'path "old/*" { capabilities = ["read"] }'}
    canned.lists["sys/policies/acl"].append("old")
    assert [each.name for each in planned(canned).of(Action.UNMANAGED)] == ["policy old", "mount old"]
    pruned = planned(canned, prune=True)
    assert [each.name for each in pruned.of(Action.DELETE)] == ["policy old"]
    assert [each.reason for each in pruned.of(Action.UNMANAGED)] == ["nothing brings it back: --allow-destroy old"]
    allowed = planned(canned, prune=True, destroy=["old"])
    assert [each.name for each in allowed.of(Action.DELETE)] == ["policy old", "mount old"]
    assert planned(canned, destroy=["odl"]).problems[-1].help == "did you mean `old`?"


def test_what_vault_cannot_change_is_a_problem_and_not_a_failure_half_way() -> None:
    """A mount of another type, a store that would lose its versions, a key that may have been taken out."""
    canned = as_wanted()
    canned.get["sys/mounts"]["pki/"] = mounted("ssh", "certificates of the services")
    canned.get["sys/mounts"]["transit/"] = mounted("transit", "keys that never leave")
    key = {"type": "aes256-gcm96", "auto_rotate_period": 2_592_000, "deletion_allowed": False, "derived": False}
    canned.get["transit/keys/orders"] = {**key, "exportable": True, "allow_plaintext_backup": False}
    canned.lists["transit/keys"] = ["orders"]
    spec = hub()
    old = replace(spec, mounts=(replace(spec.mounts[0], options={"version": "1"}), *spec.mounts[1:]))
    made = plan(Wish(old), canned.reading())
    assert made.blocked
    assert [(each.code, each.path) for each in made.problems if each.severity is Severity.ERROR] == [
        ("VLT200", ("mounts", 0)),
        ("VLT200", ("mounts", 2)),
        ("VLT200", ("transit", 0)),
    ]


def test_a_reviewer_is_written_where_it_is_given_and_never_forgotten_unsaid() -> None:
    """Vault tells only that one is set, and drops it at a write without it; no form of the plan shows it."""
    canned, spec = as_wanted(), hub()
    prod = next(each for each in spec.clusters if each.name == "prod")
    config = {"kubernetes_host": "https://old", "kubernetes_ca_cert": prod.ca, "token_reviewer_jwt_set": True}
    canned.get["auth/kubernetes/prod/config"] = config
    assert [each.code for each in planned(canned).problems if each.path == ("clusters", 2)] == ["VLT202"]
    made = plan(Wish(spec, {"prod": Secret("eyJ.secret")}), canned.reading())
    assert not made.blocked
    change = of(made, "auth-config", "kubernetes/prod")
    assert [step.body["token_reviewer_jwt"] for step in steps(change)] == ["eyJ.secret"]
    assert "eyJ" not in PlanPrinter().text(made) + json.dumps(as_data(made)) + repr(made)


def test_a_password_of_the_model_is_compared_and_not_shown() -> None:
    """Neither what is wanted nor what is there, in no form of the plan."""
    canned, spec = as_wanted(), hub()
    pki = replace(spec.mounts[2], config={"acme": {"eab": {"password": "wanted-1"}, "api_token": "wanted-2"}})
    canned.get["pki/config/acme"] = {"eab": {"password": "there-1"}, "api_token": "there-2"}
    made = plan(Wish(replace(spec, mounts=(*spec.mounts[:2], pki))), canned.reading())
    told = [str(each) for each in of(made, "mount-config", "pki/config/acme").fields]
    assert told == ["eab.password: (hidden) → (hidden)", "api_token: (hidden) → (hidden)"]
    printed = PlanPrinter().text(made) + json.dumps(as_data(made))
    assert not any(text in printed for text in ("wanted-1", "there-1", "wanted-2", "there-2"))


def test_the_rights_of_a_look_change_nothing() -> None:
    """Each kind's reads are in it; what writes has more, on the same paths and on those of the requests."""
    look, work = rights(Wish(hub()), write=False), rights(Wish(hub()), write=True)
    assert {each for path in look.values() for each in path} == {"list", "read", "sudo"}
    assert look["auth/kubernetes/prod/role/+"] == ["read"]
    assert all(set(each) <= set(work[path]) for path, each in look.items())
    assert work["sys/audit/file"] == ["create", "delete", "sudo", "update"]
    assert work["sys/policies/acl/orders"] == ["create", "read", "update"]
    assert work["sys/mounts/pki/tune"] == ["create", "update"]


def test_each_change_is_the_fewest_requests() -> None:
    """An audit device is replaced, a key is made deletable first, a time goes back to the server's own by its word."""
    assert sent(Change(Action.UPDATE, "audit", "file", {"type": "file", "options": {}}, {"type": "socket"})) == [
        ("DELETE", "sys/audit/file", {}),
        ("PUT", "sys/audit/file", {"type": "file", "options": {}}),
    ]
    assert sent(Change(Action.DELETE, "transit-key", "transit/old")) == [
        ("POST", "transit/keys/old/config", {"deletion_allowed": True}),
        ("DELETE", "transit/keys/old", {}),
    ]
    body = {"type": "kv", "description": "d", "default_lease_ttl": 0, "listing_visibility": ""}
    before = {**body, "default_lease_ttl": 60, "listing_visibility": "unauth"}
    assert sent(Change(Action.UPDATE, "mount", "secret", body, before)) == [
        ("POST", "sys/mounts/secret/tune", {"default_lease_ttl": "system", "listing_visibility": "hidden"})
    ]
    assert sent(Change(Action.KEEP, "mount", "secret", body, body)) == []


def sent(change: Change) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return the requests of a change."""
    return [(each.method, each.path, each.body) for each in steps(change)]


class Answers:
    """A client that gives one answer, and fails at the request of a number."""

    def __init__(self, answer: Answer, breaks_at: int = -1) -> None:
        self.answer, self.breaks_at = answer, breaks_at
        self.asked: list[tuple[str, str, bool]] = []

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, once: bool = False) -> Answer:
        assert (body is None) == (method == "DELETE")
        if len(self.asked) == self.breaks_at:
            raise NoAnswerError("no answer", maybe_done=True, where="", why="")
        self.asked.append((method, path, once))
        return self.answer


@pytest.mark.parametrize(("attempts", "done"), [(2, True), (1, False)])
def test_a_creation_whose_answer_was_lost_was_done(attempts: int, *, done: bool) -> None:
    """`path is already in use` is good news only to who asked before."""
    told = Answer(400, {"errors": ["path is already in use at secret/"]}, {}, "", attempts)
    outcomes: list[Outcome] = []
    change = Change(Action.CREATE, "mount", "secret", {"type": "kv"})
    apply(Plan((change,)), Answers(told), outcomes.append)
    assert [each.error == "" for each in outcomes] == [done]


def test_a_refusal_is_told_and_the_rest_is_done_but_silence_ends_it() -> None:
    """Each change has its outcome; where nobody answers, what was done until then is what was told."""
    made = planned(Canned())
    outcomes: list[Outcome] = []
    refusing = Answers(Answer(403, {"errors": ["permission denied"]}, {}, ""))
    apply(made, refusing, outcomes.append)
    assert (len(outcomes), {each.error for each in outcomes}) == (len(made.changes), {"permission denied"})
    assert not any(once for _, _, once in refusing.asked)
    outcomes.clear()
    with pytest.raises(NoAnswerError):
        apply(made, Answers(Answer(204, None, {}, ""), breaks_at=3), outcomes.append)
    assert [each.error for each in outcomes] == ["", "", ""]


def test_a_root_is_asked_for_once_and_not_where_there_is_an_issuer() -> None:
    """A second root would be trusted by nobody."""
    spec = hub()
    pki = replace(spec.mounts[2], config={"root": {"common_name": "services", "ttl": "8760h"}})
    wish, canned = Wish(replace(spec, mounts=(*spec.mounts[:2], pki))), as_wanted()
    made = of(plan(wish, canned.reading()), "pki-root", "pki")
    (step,) = steps(made)
    assert (made.action, step.path, step.once) == (Action.CREATE, "pki/root/generate/internal", True)
    canned.lists["pki/issuers"] = ["one"]
    assert of(plan(wish, canned.reading()), "pki-root", "pki").action is Action.KEEP


def test_a_saved_plan_holds_only_while_everything_is_as_it_was() -> None:
    """The model, the cluster, the options, what Vault holds: each is told by name."""
    canned = as_wanted()
    first = planned(canned)
    made = Made("text", "id", prune=False, destroy=())
    saved = json.dumps(made.data(first))
    assert list(stale(saved, made, first)) == []
    canned.get["auth/kubernetes/prod/role/payments"] = {**ROLE, "token_ttl": 1}
    others = [
        (replace(made, text="other"), first, "the model's file has changed"),
        (replace(made, cluster_id="other"), first, "it is of another cluster"),
        (replace(made, prune=True), first, "it was made with another --prune"),
        (made, planned(canned), "what Vault holds has changed"),
    ]
    for now, plan_of_now, words in others:
        (problem,) = stale(saved, now, plan_of_now)
        assert problem.message.endswith(words)
    for text in ("{}", "[" * 9000):
        assert [each.message for each in stale(text, made, first)] == ["this is no saved plan"]


def test_the_plan_as_text() -> None:
    """A sign, a name, the fields, and one line that counts."""
    canned = as_wanted()
    canned.get["auth/kubernetes/prod/role/payments"] = {**ROLE, "token_ttl": 1}
    lines = PlanPrinter().text(planned(canned)).splitlines()
    place = lines.index("~ role kubernetes/prod/payments")
    assert lines[place + 1] == "    token_ttl: 1 → 900"
    assert " to create, 1 to update, 0 to delete, 0 unmanaged, " in lines[-1]


NAMES = st.text('abc/*+_-#"\\ {}é', min_size=1, max_size=12)


@settings(max_examples=50)
@given(st.dictionaries(NAMES, st.sets(st.sampled_from(["read", "list", "sudo", "deny"]), min_size=1), max_size=4))
def test_a_policy_is_read_as_it_was_written(paths: dict[str, set[str]]) -> None:
    """Whatever stands in a path: comment signs, quotes, braces."""
    assert from_text(to_text(paths)) == {path: sorted(each) for path, each in paths.items()}


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ('{"path": {"x": {"capabilities": ["read"]}}}', {"x": ["read"]}),
        ('path "x" { capabilities = ["read", ] } // end', {"x": ["read"]}),
        ('/* a */ path "a//b#c" {\n capabilities = ["list"] # why\n}\n', {"a//b#c": ["list"]}),
        ('path "x" { policy = "write" }', None),
        ('path "x" { capabilities = ["read"]\n allowed_parameters = { "y" = [] } }', None),
        ('path "x" { capabilities = ["read"] }\npath "x" { capabilities = ["list"] }', None),
        ('{"path": {"x": {"capabilities": ["read"], "min_wrapping_ttl": "1s"}}}', None),
        ("nonsense", None),
        ("", {}),
    ],
)
def test_a_policy_of_others_is_read_where_it_says_no_more_than_the_model_can(
    text: str, paths: dict[str, list[str]] | None
) -> None:
    """HCL with comments and JSON; else it is no such policy."""
    assert from_text(text) == paths
