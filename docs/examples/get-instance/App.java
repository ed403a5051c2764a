package myproject;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import io.github.your_account.ryzeapi.RyzeapiFunctions;
import io.github.your_account.ryzeapi.inputs.GetInstanceArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        var orion = RyzeapiFunctions.getInstance(GetInstanceArgs.builder()
            .name("orion")
            .build());

        ctx.export("status", orion.applyValue(found -> found.status()));
    }
}
