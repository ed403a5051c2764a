// Two accounts, an instance with blocks, one more webhook and a look-up, with the generated SDK for Go.
// Run with `up` or `destroy`, it carries the operation out and prints outputs and warnings as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/your.account/pulumi-ryzeapi/sdk/go/ryzeapi"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func declare(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	orion, err := ryzeapi.NewInstance(ctx, "orion", &ryzeapi.InstanceArgs{
		Webhook: ryzeapi.DefaultWebhookArgs{
			Url:           pulumi.String("https://app.example.com/whatsapp"),
			Authorization: settings.RequireSecret("webhookAuthorization"),
			Events:        ryzeapi.EventArray{ryzeapi.EventMessageExchange, ryzeapi.EventCallUpdate},
		},
		Chatwoot: ryzeapi.ChatwootArgs{
			BaseUrl:   pulumi.String(settings.Require("chatwootUrl")),
			AccountId: pulumi.Int(1),
			ApiToken:  settings.RequireSecret("chatwootToken"),
		},
		Settings: ryzeapi.SettingsArgs{
			AutoRejectCalls:   pulumi.Bool(true),
			CallRejectMessage: pulumi.String("Please write to us."),
		},
	})
	if err != nil {
		return err
	}
	if _, err := ryzeapi.NewWebhook(ctx, "audit", &ryzeapi.WebhookArgs{
		Instance:      orion.Name,
		Token:         orion.Token,
		Url:           pulumi.String("https://audit.example.com"),
		Authorization: settings.RequireSecret("webhookAuthorization"),
	}); err != nil {
		return err
	}

	secondAccount, err := ryzeapi.NewProvider(ctx, "second-account", &ryzeapi.ProviderArgs{
		Token:    settings.RequireSecret("secondAccountToken"),
		Endpoint: pulumi.String(settings.Require("endpoint")),
	})
	if err != nil {
		return err
	}
	vega, err := ryzeapi.NewInstance(ctx, "vega", nil, pulumi.Provider(secondAccount))
	if err != nil {
		return err
	}

	found := ryzeapi.LookupInstanceOutput(ctx, ryzeapi.LookupInstanceOutputArgs{Name: orion.Name})
	ctx.Export("token", orion.Token)
	ctx.Export("chatwoot", orion.Observed.Chatwoot().Status())
	ctx.Export("rejectsCalls", orion.Settings.AutoRejectCalls())
	ctx.Export("foundStatus", found.Status())
	ctx.Export("secondStatus", vega.Status)
	return nil
}

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, operation string) error {
	stack, err := auto.UpsertStackInlineSource(ctx, "test", "languages", declare, auto.WorkDir("."))
	if err != nil {
		return err
	}
	if operation == "destroy" {
		_, err := stack.Destroy(ctx, optdestroy.Color("never"))
		return err
	}
	shown := make(chan events.EngineEvent)
	warnings := make(chan []warning)
	go func() { warnings <- warningsIn(shown) }()
	result, err := stack.Up(ctx, optup.EventStreams(shown), optup.Color("never"))
	if err != nil {
		return err
	}
	outputs := map[string]output{}
	for name, each := range result.Outputs {
		outputs[name] = output(each)
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"outputs": outputs, "warnings": <-warnings})
}

type output struct {
	Value  any  `json:"value"`
	Secret bool `json:"secret"`
}

type warning struct {
	URN     string `json:"urn"`
	Message string `json:"message"`
}

func warningsIn(shown <-chan events.EngineEvent) []warning {
	warnings := []warning{}
	for event := range shown {
		if diagnostic := event.DiagnosticEvent; diagnostic != nil && diagnostic.Severity == "warning" {
			warnings = append(warnings, warning{diagnostic.URN, diagnostic.Message})
		}
	}
	return warnings
}
