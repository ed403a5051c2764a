"""Two accounts, an instance with blocks, one more webhook and a look-up, with the generated SDK for Python.

Run as `python program.py up|destroy`, it carries the operation out and prints outputs and warnings as JSON.
"""

import json
import sys

import pulumi
import pulumi_ryzeapi as ryzeapi
from pulumi import automation


def declare() -> None:
    config = pulumi.Config()
    orion = ryzeapi.Instance(
        "orion",
        webhook=ryzeapi.DefaultWebhookArgs(
            url="https://app.example.com/whatsapp",
            authorization=config.require_secret("webhookAuthorization"),
            events=[ryzeapi.Event.MESSAGE_EXCHANGE, ryzeapi.Event.CALL_UPDATE],
        ),
        chatwoot={
            "base_url": config.require("chatwootUrl"),
            "account_id": 1,
            "api_token": config.require_secret("chatwootToken"),
        },
        settings=ryzeapi.SettingsArgs(auto_reject_calls=True, call_reject_message="Please write to us."),
    )
    ryzeapi.Webhook(
        "audit",
        instance=orion.name,
        token=orion.token,
        url="https://audit.example.com",
        authorization=config.require_secret("webhookAuthorization"),
    )

    second_account = ryzeapi.Provider(
        "second-account",
        token=config.require_secret("secondAccountToken"),
        endpoint=config.require("endpoint"),
    )
    vega = ryzeapi.Instance("vega", opts=pulumi.ResourceOptions(provider=second_account))

    found = ryzeapi.get_instance_output(name=orion.name)
    pulumi.export("token", orion.token)
    pulumi.export("chatwoot", orion.observed.chatwoot.status)
    pulumi.export("rejectsCalls", orion.settings.auto_reject_calls)
    pulumi.export("foundStatus", found.status)
    pulumi.export("secondStatus", vega.status)


warnings: list[dict[str, str | None]] = []


def on_event(event: automation.EngineEvent) -> None:
    shown = event.diagnostic_event
    if shown is not None and shown.severity == "warning":
        warnings.append({"urn": shown.urn, "message": shown.message})


def report(line: str) -> None:
    print(line, file=sys.stderr)


options = automation.LocalWorkspaceOptions(work_dir=".")
stack = automation.create_or_select_stack("test", "languages", declare, opts=options)
if sys.argv[1] == "destroy":
    stack.destroy(on_event=on_event, on_error=report, color="never")
else:
    result = stack.up(on_event=on_event, on_error=report, color="never")
    outputs = {name: vars(output) for name, output in result.outputs.items()}
    print(json.dumps({"outputs": outputs, "warnings": warnings}))
