using System.Collections.Generic;
using Pulumi;
using RyzeApi = YourAccount.RyzeApi;

return await Deployment.RunAsync(() =>
{
    var orion = new RyzeApi.Instance("orion");

    var audit = new RyzeApi.Webhook("audit", new()
    {
        Instance = orion.Name,
        Url = "https://audit.example.com/whatsapp",
        Events = { RyzeApi.Event.InstanceState },
    });

    return new Dictionary<string, object?>
    {
        ["label"] = audit.Label,
    };
});
