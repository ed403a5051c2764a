package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/your.account/pulumi-ryzeapi/sdk/go/ryzeapi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		orion, err := ryzeapi.NewInstance(ctx, "orion", &ryzeapi.InstanceArgs{
			Webhook: ryzeapi.DefaultWebhookArgs{
				Url:           pulumi.String("https://app.example.com/whatsapp"),
				Authorization: cfg.RequireSecret("webhookAuthorization"),
				Events:        ryzeapi.EventArray{ryzeapi.EventMessageExchange, ryzeapi.EventCallUpdate},
			},
			Chatwoot: ryzeapi.ChatwootArgs{
				BaseUrl:   pulumi.String("https://chatwoot.example.com"),
				AccountId: pulumi.Int(1),
				ApiToken:  cfg.RequireSecret("chatwootToken"),
				InboxName: pulumi.String("WhatsApp - Orion"),
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
		ctx.Export("warnings", orion.Warnings)
		return nil
	})
}
