import pulumi
import pulumi_ryzeapi as ryzeapi

orion = ryzeapi.get_instance_output(name="orion")

pulumi.export("status", orion.status)
