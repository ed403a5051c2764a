"""Two accounts, an instance with blocks, one more webhook and a look-up, with the generated SDK for Python."""

import pulumi
import pulumi_ryzeapi as ryzeapi

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
