package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/your.account/pulumi-ryzeapi/sdk/go/ryzeapi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		orion := ryzeapi.LookupInstanceOutput(ctx, ryzeapi.LookupInstanceOutputArgs{
			Name: pulumi.String("orion"),
		})
		ctx.Export("status", orion.Status())
		return nil
	})
}
