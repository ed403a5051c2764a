package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/your.account/pulumi-ryzeapi/sdk/go/ryzeapi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		orion, err := ryzeapi.NewInstance(ctx, "orion", nil)
		if err != nil {
			return err
		}
		audit, err := ryzeapi.NewWebhook(ctx, "audit", &ryzeapi.WebhookArgs{
			Instance: orion.Name,
			Url:      pulumi.String("https://audit.example.com/whatsapp"),
			Events:   ryzeapi.EventArray{ryzeapi.EventInstanceState},
		})
		if err != nil {
			return err
		}
		ctx.Export("label", audit.Label)
		return nil
	})
}
