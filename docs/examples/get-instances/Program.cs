using System.Collections.Generic;
using Pulumi;
using RyzeApi = YourAccount.RyzeApi;

return await Deployment.RunAsync(() =>
{
    var account = RyzeApi.GetInstances.Invoke();

    return new Dictionary<string, object?>
    {
        ["instances"] = account.Apply(found => found.Instances),
    };
});
