import pulumi
from pulumi_whatsapp_media import WhatsAppMedia

config = pulumi.Config()

orion = WhatsAppMedia(
    "orion",
    keep_days=90,
    key_number=1,
    chatwoot={
        "base_url": config.require("chatwootUrl"),
        "account_id": config.require_int("chatwootAccountId"),
        "api_token": config.require_secret("chatwootToken"),
        "inbox_name": "WhatsApp - Orion",
        "reopen_resolved": True,
    },
)

pulumi.export("token", orion.token)
pulumi.export("mediaBucket", orion.bucket)
pulumi.export("chatwootStatus", orion.chatwoot_status)
