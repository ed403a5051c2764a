package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/your.account/pulumi-ryzeapi/sdk/go/ryzeapi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		account := ryzeapi.GetInstancesOutput(ctx, ryzeapi.GetInstancesOutputArgs{})
		ctx.Export("instances", account.Instances())
		return nil
	})
}
