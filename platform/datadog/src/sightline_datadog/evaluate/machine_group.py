"""One group of a monitor, moved by one look: what is known of it before and the evaluation give what is known after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.machine_rules import RENOTIFY_ENDS_S
from sightline_datadog.evaluate.states import Evaluation, Notification, Occasion, Standing, State, Transition

if TYPE_CHECKING:
    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.machine_rules import Rules

FOREVER = float("inf")
_BAD = frozenset({State.ALERT, State.WARN, State.NO_DATA})
_RANK = {State.WARN: 1, State.ALERT: 2}


@dataclass(frozen=True, slots=True)
class Muting:
    """A downtime that is on: people hear nothing, and the states go on.

    Args:
        until: when it ends, in Unix seconds; infinity where nobody knows.
        first_recovery: whether people still hear of the recovery from what they were told before it.
        at_end: in which states they are told again when it ends by itself.
    """

    until: float = FOREVER
    first_recovery: bool = True
    at_end: frozenset[State] = _BAD


@dataclass(frozen=True, slots=True)
class Step:
    """What one look did to a group. `standing` None: it is forgotten."""

    standing: Standing | None
    transition: Transition | None = None
    notification: Notification | None = None


def idle(
    before: Standing, evaluation: Evaluation, group: Group, rules: Rules, now: int, *, muting: Muting | None = None
) -> bool:
    """Whether a look says nothing new: same state, and no timer has run out. What `moved` does then is a new `at`."""
    if muting is not None or before.muted is not None:
        return False
    missing = evaluation.missing or evaluation.state is State.NO_DATA
    if missing is (before.missing is None) or _renotifies(before, rules, now):
        return False
    return _waits(before, evaluation, group, rules, now) if missing else evaluation.state is before.state


def _waits(before: Standing, evaluation: Evaluation, group: Group, rules: Rules, now: int) -> bool:
    """Whether a group that has had no data for a while stays as it is."""
    if before.reported is None:
        return evaluation.state is not State.NOT_EVALUATED
    gone_s = now - (before.missing or now)
    if group and gone_s >= rules.retention_s:
        return False
    return _gone(before.state, evaluation.state, gone_s, rules) is before.state


def _gone(before: State, wanted: State | None, gone_s: int, rules: Rules) -> State:
    """Return the state of a group that has had no data for `gone_s` seconds, and whose options ask for `wanted`."""
    if wanted is not None and wanted is not State.NO_DATA:
        return wanted
    if rules.resolve_after_s is not None and gone_s >= rules.resolve_after_s:
        return State.OK
    return before if wanted is None or gone_s < rules.no_data_after_s else State.NO_DATA


def moved(
    before: Standing | None,
    evaluation: Evaluation,
    group: Group,
    rules: Rules,
    now: int,
    *,
    muting: Muting | None = None,
) -> Step:
    """Move one group by one look.

    Args:
        before: where it stood; None for one that was never seen.
        evaluation: what it is asked to be.
        group: its tags.
        rules: the monitor's options.
        now: when it was looked at, in Unix seconds.
        muting: the downtime that is on for it.
    """
    return _Case(before or Standing(State.NO_DATA, now, now), evaluation, group, rules, now, muting).step()


@dataclass(frozen=True, slots=True)
class _Case:
    old: Standing
    evaluation: Evaluation
    group: Group
    rules: Rules
    now: int
    muting: Muting | None

    def step(self) -> Step:
        old, evaluation, now = self.old, self.evaluation, self.now
        missing = evaluation.missing or evaluation.state is State.NO_DATA
        reported = old.reported
        if reported is None and not missing and evaluation.state is not State.NOT_EVALUATED:
            reported = now
        since = (now if old.missing is None else old.missing) if missing else None
        if since is not None and self.group and (reported is None or now - since >= self.rules.retention_s):
            return Step(None)
        state, reason = evaluation.state, evaluation.reason
        if state is not State.NOT_EVALUATED:
            if reported is None:
                # "The monitor must be able to evaluate data before alerting on missing data."
                state = old.state
            else:
                state, reason = self.present(reported) if since is None else self.absent(since)
        muted = None
        if self.muting is not None:
            muted = self.muting.until if state in self.muting.at_end else FOREVER
        # One new object a step: most of a replay's time is the making of these.
        seen = {
            "at": now,
            "reason": reason,
            "values": evaluation.values,
            "reported": reported,
            "missing": since,
            "muted": muted,
        }
        return self.told_again(seen) if state is old.state else self.changed(seen, state)

    def present(self, reported: int) -> tuple[State, str]:
        """Return the state that a group with data comes into, and why."""
        ready = reported + self.rules.new_group_delay_s
        if self.group and self.now < ready:
            return self.old.state, f"a new group: it is looked at in {ready - self.now} s"
        evaluation, before = self.evaluation, self.old.state
        wanted = evaluation.state or before
        for state in (State.ALERT, State.WARN):
            # A recovery threshold that is not passed keeps a worse state.
            if state in evaluation.holds and _RANK.get(before, 0) >= _RANK[state] > _RANK.get(wanted, 0):
                wanted = state
        return wanted, evaluation.reason

    def absent(self, since: int) -> tuple[State, str]:
        """Return the state that a group without data comes into, and why."""
        wanted, resolve_s = self.evaluation.state, self.rules.resolve_after_s
        gone_s = self.now - since
        state = _gone(self.old.state, wanted, gone_s, self.rules)
        if resolve_s is not None and gone_s >= resolve_s and wanted in {None, State.NO_DATA}:
            return state, f"no data for {resolve_s // 3600} h: resolved, as `timeout_h` asks"
        return state, self.evaluation.reason

    def changed(self, seen: dict[str, Any], state: State) -> Step:
        """Return what comes of another state."""
        old, now, muting = self.old, self.now, self.muting
        # Back from where it could not be computed, it is no news.
        again = old.state is State.NOT_EVALUATED and old.told is state
        tells = seen["reported"] is not None and self.rules.tells(state) and not again
        recovers = state is State.OK and old.told is not None
        seen |= {"state": state, "since": now, "renotified": 0}
        if tells:
            first = now if old.first_triggered is None else old.first_triggered
            seen |= {"told": state, "last_triggered": now, "first_triggered": first}
        if state is State.NO_DATA:
            seen["last_no_data"] = now
        if state is State.OK:
            seen |= {"told": None, "last_resolved": now}
        notifies = tells or recovers
        transition = Transition(now, old.state, state, seen["reason"], seen["values"], self.group, notifies)
        if not notifies:
            return Step(_closed(replace(old, **seen)), transition)
        # The first recovery of what was told aloud is told in a downtime, too: other systems close incidents by it.
        loud = muting is None or (recovers and old.aloud and muting.first_recovery)
        seen |= {"aloud": loud and not recovers, "last_notified": now if loud else old.last_notified}
        new = replace(old, **seen)
        told = Notification(now, self.group, old.state, state, Occasion.TRANSITION, new, muted=not loud)
        return Step(_closed(new), transition, told)

    def told_again(self, seen: dict[str, Any]) -> Step:
        """Return what comes of the same state once more."""
        old, now = self.old, self.now
        if self.muting is not None:
            return Step(replace(old, **seen))
        if old.muted is not None and now >= old.muted and old.told is old.state:
            occasion = Occasion.DOWNTIME_END
            seen |= {"aloud": True, "last_notified": now}
        elif _renotifies(old, self.rules, now):
            occasion = Occasion.RENOTIFY
            seen |= {"aloud": True, "last_notified": now, "renotified": old.renotified + 1}
        else:
            return Step(replace(old, **seen))
        new = replace(old, **seen)
        return Step(new, None, Notification(now, self.group, old.state, old.state, occasion, new))


def _closed(standing: Standing) -> Standing:
    """Return a standing whose episode is over where it is well; a notification still tells when it began."""
    if standing.state is State.OK and standing.first_triggered is not None:
        return replace(standing, first_triggered=None)
    return standing


def due(standing: Standing, rules: Rules, now: int) -> float:
    """Return the next second after `now` at which the same look once more may say something new; infinity for never."""
    times: list[float] = []
    if standing.missing is not None:
        waits = [rules.no_data_after_s, rules.retention_s]
        waits += [rules.resolve_after_s] if rules.resolve_after_s is not None else []
        times += [standing.missing + each for each in waits]
    if standing.reported is not None:
        times.append(standing.reported + rules.new_group_delay_s)
    if rules.renotify_s is not None and standing.told is standing.state:
        times.append(_last_told(standing) + rules.renotify_s)
    return min((each for each in times if each > now), default=FOREVER)


def _last_told(standing: Standing) -> int:
    last = standing.last_notified
    return standing.since if last is None else max(last, standing.since)


def _renotifies(standing: Standing, rules: Rules, now: int) -> bool:
    if rules.renotify_s is None or standing.told is not standing.state or standing.state not in rules.renotify_states:
        return False
    if rules.renotify_times is None:
        if now - standing.since > RENOTIFY_ENDS_S:
            return False
    elif standing.renotified >= rules.renotify_times:
        return False
    return now - _last_told(standing) >= rules.renotify_s
