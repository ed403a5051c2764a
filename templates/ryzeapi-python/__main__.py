"""A WhatsApp instance on RyzeAPI."""

import pulumi
import pulumi_ryzeapi as ryzeapi

orion = ryzeapi.Instance(
    "orion",
    webhook=ryzeapi.DefaultWebhookArgs(
        url="https://app.example.com/whatsapp",
        events=[ryzeapi.Event.MESSAGE_EXCHANGE],
    ),
    settings=ryzeapi.SettingsArgs(auto_reject_calls=True, call_reject_message="Please write to us."),
)

pulumi.export("token", orion.token)
pulumi.export("status", orion.status)
