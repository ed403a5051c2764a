using System.Collections.Generic;
using Pulumi;
using RyzeApi = YourAccount.RyzeApi;

return await Deployment.RunAsync(() =>
{
    var config = new Config();

    var orion = new RyzeApi.Instance("orion", new()
    {
        Webhook = new RyzeApi.Inputs.DefaultWebhookArgs
        {
            Url = "https://app.example.com/whatsapp",
            Authorization = config.RequireSecret("webhookAuthorization"),
            Events = { RyzeApi.Event.MessageExchange, RyzeApi.Event.CallUpdate },
        },
        Chatwoot = new RyzeApi.Inputs.ChatwootArgs
        {
            BaseUrl = "https://chatwoot.example.com",
            AccountId = 1,
            ApiToken = config.RequireSecret("chatwootToken"),
            InboxName = "WhatsApp - Orion",
        },
        Settings = new RyzeApi.Inputs.SettingsArgs
        {
            AutoRejectCalls = true,
            CallRejectMessage = "Please write to us.",
        },
    });

    return new Dictionary<string, object?>
    {
        ["token"] = orion.Token,
        ["status"] = orion.Status,
        ["warnings"] = orion.Warnings,
    };
});
