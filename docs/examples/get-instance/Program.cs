using System.Collections.Generic;
using Pulumi;
using RyzeApi = YourAccount.RyzeApi;

return await Deployment.RunAsync(() =>
{
    var orion = RyzeApi.GetInstance.Invoke(new()
    {
        Name = "orion",
    });

    return new Dictionary<string, object?>
    {
        ["status"] = orion.Apply(found => found.Status),
    };
});
