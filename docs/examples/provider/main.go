package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/your.account/pulumi-ryzeapi/sdk/go/ryzeapi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		other, err := ryzeapi.NewProvider(ctx, "other", &ryzeapi.ProviderArgs{
			Token: cfg.RequireSecret("otherAccount"),
		})
		if err != nil {
			return err
		}
		support, err := ryzeapi.NewInstance(ctx, "support", nil, pulumi.Provider(other))
		if err != nil {
			return err
		}
		ctx.Export("status", support.Status)
		return nil
	})
}
