"""A plan as JUnit's XML, which every CI reads: a suite a kind, a case an object, and a case for what is in the way.

What makes the command exit 1 is a failure: a change that is to be made, drift, an error. What stays is a case that
passed, and so is a change that was allowed (exit 0). No answer (exit 2) is an error, as JUnit has it.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from sightline_core.exit_codes import ExitCode
from sightline_core.render import render as frames
from sightline_datadog.reporting.escaping import visible
from sightline_datadog.sync.plan import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_core.diagnostics import Diagnostic
    from sightline_datadog.reporting.about import About
    from sightline_datadog.sync.plan import Change, Plan

IN_THE_WAY = "what stands in the way"


def junit(
    plan: Plan | None,
    about: About,
    findings: Sequence[Diagnostic] = (),
    sources: Mapping[str, str] | None = None,
    code: int = ExitCode.NO,
) -> str:
    """Return the document; `code` is the exit code, by which errors are failures or no answer at all."""
    root = ET.Element("testsuites", name=about.command)
    kinds: dict[str, list[Change]] = {}
    for change in plan.changes if plan else ():
        kinds.setdefault(change.kind, []).append(change)
    for kind, changes in kinds.items():
        suite = ET.SubElement(root, "testsuite", name=kind)
        for change in changes:
            _case(suite, change, about, told="system-out" if code == ExitCode.OK else "failure")
    if findings:
        suite = ET.SubElement(root, "testsuite", name=IN_THE_WAY)
        for each in findings:
            _finding(suite, each, sources or {}, no_answer=code == ExitCode.UNANSWERED)
    for each in [root, *root]:
        each.set("tests", str(len(each.findall(".//testcase"))))
        each.set("failures", str(len(each.findall(".//failure"))))
        each.set("errors", str(len(each.findall(".//error"))))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(suite: ET.Element, change: Change, about: About, told: str) -> None:
    case = ET.SubElement(suite, "testcase", classname=change.kind, name=visible(f"{change.key}: {change.title}"))
    if change.action is Action.KEEP:
        return
    reason = f" ({change.reason})" if change.reason else ""
    message = visible(f"{about.speech.verbs[change.action]} {change.name}{reason}")
    element = ET.SubElement(case, told, {} if told == "system-out" else {"type": change.action, "message": message})
    fields = "".join(f"{visible(str(each))}\n" for each in change.fields)
    element.text = f"{message}\n{fields}" if told == "system-out" else fields or message


def _finding(suite: ET.Element, finding: Diagnostic, sources: Mapping[str, str], *, no_answer: bool) -> None:
    place = f" {finding.span}" if finding.span else ""
    case = ET.SubElement(suite, "testcase", classname=IN_THE_WAY, name=visible(f"{finding.code}{place}"))
    name = ("error" if no_answer else "failure") if finding.is_error else "system-out"
    told = ET.SubElement(case, name)
    if finding.is_error:
        told.attrib |= {"type": finding.code, "message": visible(finding.message)}
    told.text = "\n".join(visible(each) for each in frames([finding], sources).split("\n"))
