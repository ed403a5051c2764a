"""Carries out an operation of a program in this folder, and prints outputs and warnings of an `up` as JSON.

    python run.py PROGRAM up|destroy

The program is inline, because there is no language host for Python here.
"""

import json
import runpy
import sys

from pulumi import automation

warnings: list[dict[str, str | None]] = []


def on_event(event: automation.EngineEvent) -> None:
    shown = event.diagnostic_event
    if shown is not None and shown.severity == "warning":
        warnings.append({"urn": shown.urn, "message": shown.message})


def report(line: str) -> None:
    print(line, file=sys.stderr)


program, operation = sys.argv[1:]


def declare() -> None:
    runpy.run_path(program)


options = automation.LocalWorkspaceOptions(work_dir=".")
stack = automation.create_or_select_stack("test", "languages", declare, opts=options)
if operation == "destroy":
    stack.destroy(on_event=on_event, on_error=report, color="never")
else:
    result = stack.up(on_event=on_event, on_error=report, color="never")
    outputs = {name: vars(output) for name, output in result.outputs.items()}
    print(json.dumps({"outputs": outputs, "warnings": warnings}))
