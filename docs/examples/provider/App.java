package myproject;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.pulumi.resources.CustomResourceOptions;
import io.github.your_account.ryzeapi.Instance;
import io.github.your_account.ryzeapi.InstanceArgs;
import io.github.your_account.ryzeapi.Provider;
import io.github.your_account.ryzeapi.ProviderArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        var config = ctx.config();

        var other = new Provider("other", ProviderArgs.builder()
            .token(config.requireSecret("otherAccount"))
            .build());
        var support = new Instance("support", InstanceArgs.Empty, CustomResourceOptions.builder()
            .provider(other)
            .build());

        ctx.export("status", support.status());
    }
}
