package myproject;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import io.github.your_account.ryzeapi.RyzeapiFunctions;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        var account = RyzeapiFunctions.getInstances();

        ctx.export("instances", account.applyValue(found -> found.instances()));
    }
}
