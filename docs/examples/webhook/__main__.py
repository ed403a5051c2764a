import pulumi
import pulumi_ryzeapi as ryzeapi

orion = ryzeapi.Instance("orion")

audit = ryzeapi.Webhook(
    "audit",
    instance=orion.name,
    url="https://audit.example.com/whatsapp",
    events=[ryzeapi.Event.INSTANCE_STATE],
)

pulumi.export("label", audit.label)
