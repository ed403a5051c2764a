// A WhatsApp instance on RyzeAPI.
package main

import (
	"github.com/your.account/pulumi-ryzeapi/sdk/go/ryzeapi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		orion, err := ryzeapi.NewInstance(ctx, "orion", &ryzeapi.InstanceArgs{
			Webhook: ryzeapi.DefaultWebhookArgs{
				Url:    pulumi.String("https://app.example.com/whatsapp"),
				Events: ryzeapi.EventArray{ryzeapi.EventMessageExchange},
			},
			Settings: ryzeapi.SettingsArgs{
				AutoRejectCalls:   pulumi.Bool(true),
				CallRejectMessage: pulumi.String("Please write to us."),
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("token", orion.Token)
		ctx.Export("status", orion.Status)
		return nil
	})
}
