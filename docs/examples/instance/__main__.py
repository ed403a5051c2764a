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
    chatwoot=ryzeapi.ChatwootArgs(
        base_url="https://chatwoot.example.com",
        account_id=1,
        api_token=config.require_secret("chatwootToken"),
        inbox_name="WhatsApp - Orion",
    ),
    settings=ryzeapi.SettingsArgs(auto_reject_calls=True, call_reject_message="Please write to us."),
)

pulumi.export("token", orion.token)
pulumi.export("status", orion.status)
pulumi.export("warnings", orion.warnings)
