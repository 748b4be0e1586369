"""Calls of our own command, held to the very objects that would read them."""

from __future__ import annotations

from dataclasses import dataclass

import click

from sightline_core.cli import sightline
from sightline_core.errors import SightlineError
from sightline_core.suggest import did_you_mean
from sightline_kube.runbooks.shell import HIDDEN

OWN = "sightline"
_HELP = frozenset({"-h", "--help", "--version"})


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a call."""

    message: str
    help: str


def wrong_call(words: tuple[str, ...]) -> Wrong | None:
    """Return what is wrong with the words after `sightline`, None where they would be read."""
    command: click.Command = sightline
    context = click.Context(command, info_name=OWN, **command.context_settings)
    rest = [*words]
    while isinstance(command, click.Group):
        if not rest or rest[0] in _HELP or _unknown(rest[0]):
            return None if rest else Wrong(f"`{context.command_path}` wants a sub-command", _listed(command, context))
        name = rest.pop(0)
        if name.startswith("-"):
            return Wrong(f"`{context.command_path}` has no option {name}", "name a sub-command")
        try:
            found = command.get_command(context, name)
        except SightlineError as error:
            return Wrong(error.message, error.help)
        if found is None:
            near = did_you_mean(name, command.list_commands(context))
            hint = f"did you mean `{context.command_path} {near}`?" if near else _listed(command, context)
            return Wrong(f"`{context.command_path}` has no sub-command `{name}`", hint)
        command, context = found, click.Context(found, parent=context, info_name=name, **found.context_settings)
    return _wrong_arguments(command, context, rest)


def _wrong_arguments(command: click.Command, context: click.Context, words: list[str]) -> Wrong | None:
    options = {
        name: each
        for each in command.get_params(context)
        if isinstance(each, click.Option)
        for name in (*each.opts, *each.secondary_opts)
    }
    given: set[str | None] = set()
    positional = 0
    queue = [*words]
    while queue:
        word = queue.pop(0)
        if word == "--":
            positional += len(queue)
            break
        if not word.startswith("-") or word == "-":
            positional += 1
            continue
        name, equals, value = word.partition("=")
        option = options.get(name)
        if option is None and command.context_settings.get("ignore_unknown_options"):
            # It hands them on to a program of its own, as `slo sloth` does.
            return None
        if option is None:
            near = did_you_mean(name, options)
            hint = f"did you mean `{near}`?" if near else f"it has {', '.join(sorted(options))}"
            return Wrong(f"`{context.command_path}` has no option {name}", hint)
        given.add(option.name)
        if not option.is_flag and not option.count:
            if not equals and not queue:
                return Wrong(f"the option {name} of `{context.command_path}` wants a value", "give it one")
            value = value if equals else queue.pop(0)
            if isinstance(option.type, click.Choice) and not _unknown(value) and value not in option.type.choices:
                return Wrong(f"the option {name} of `{context.command_path}` takes no {value}", _choices(option.type))
    if _HELP & {*words}:
        return None
    return _missing(command, context, given, positional)


def _missing(command: click.Command, context: click.Context, given: set[str | None], positional: int) -> Wrong | None:
    params = command.get_params(context)
    for each in params:
        if isinstance(each, click.Option) and each.required and each.name not in given:
            return Wrong(f"`{context.command_path}` wants the option {each.opts[0]}", "give it")
    arguments = [each for each in params if isinstance(each, click.Argument)]
    least = sum(1 for each in arguments if each.required)
    many = any(each.nargs == -1 for each in arguments)
    if positional < least:
        return Wrong(f"`{context.command_path}` wants {least} arguments, not {positional}", context.get_usage())
    if positional > len(arguments) and not many:
        return Wrong(
            f"`{context.command_path}` takes {len(arguments)} arguments, not {positional}", context.get_usage()
        )
    return None


def _unknown(word: str) -> bool:
    return HIDDEN in word or "$" in word


def _listed(command: click.Group, context: click.Context) -> str:
    return f"it has {', '.join(command.list_commands(context))}"


def _choices(kind: click.Choice[str]) -> str:
    return f"it takes {', '.join(map(str, kind.choices))}"
