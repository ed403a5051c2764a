package myproject;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import io.github.your_account.ryzeapi.Instance;
import io.github.your_account.ryzeapi.InstanceArgs;
import io.github.your_account.ryzeapi.enums.Event;
import io.github.your_account.ryzeapi.inputs.ChatwootArgs;
import io.github.your_account.ryzeapi.inputs.DefaultWebhookArgs;
import io.github.your_account.ryzeapi.inputs.SettingsArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        var config = ctx.config();

        var orion = new Instance("orion", InstanceArgs.builder()
            .webhook(DefaultWebhookArgs.builder()
                .url("https://app.example.com/whatsapp")
                .authorization(config.requireSecret("webhookAuthorization"))
                .events(Event.MessageExchange, Event.CallUpdate)
                .build())
            .chatwoot(ChatwootArgs.builder()
                .baseUrl("https://chatwoot.example.com")
                .accountId(1)
                .apiToken(config.requireSecret("chatwootToken"))
                .inboxName("WhatsApp - Orion")
                .build())
            .settings(SettingsArgs.builder()
                .autoRejectCalls(true)
                .callRejectMessage("Please write to us.")
                .build())
            .build());

        ctx.export("token", orion.token());
        ctx.export("status", orion.status());
        ctx.export("warnings", orion.warnings());
    }
}
