using System.Collections.Generic;
using Pulumi;
using RyzeApi = YourAccount.RyzeApi;

return await Deployment.RunAsync(() =>
{
    var config = new Config();

    var other = new RyzeApi.Provider("other", new()
    {
        Token = config.RequireSecret("otherAccount"),
    });
    var support = new RyzeApi.Instance("support", null, new CustomResourceOptions
    {
        Provider = other,
    });

    return new Dictionary<string, object?>
    {
        ["status"] = support.Status,
    };
});
