package myproject;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import io.github.your_account.ryzeapi.Instance;
import io.github.your_account.ryzeapi.Webhook;
import io.github.your_account.ryzeapi.WebhookArgs;
import io.github.your_account.ryzeapi.enums.Event;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        var orion = new Instance("orion");

        var audit = new Webhook("audit", WebhookArgs.builder()
            .instance(orion.name())
            .url("https://audit.example.com/whatsapp")
            .events(Event.InstanceState)
            .build());

        ctx.export("label", audit.label());
    }
}
