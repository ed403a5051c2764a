import pulumi
import pulumi_ryzeapi as ryzeapi

config = pulumi.Config()

other = ryzeapi.Provider("other", token=config.require_secret("otherAccount"))
support = ryzeapi.Instance("support", opts=pulumi.ResourceOptions(provider=other))

pulumi.export("status", support.status)
