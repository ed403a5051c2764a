import pulumi
import pulumi_ryzeapi as ryzeapi

account = ryzeapi.get_instances_output()

pulumi.export("instances", account.instances)
