import type { ServiceError } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, test } from "vitest";

import { serviceFor } from "../support/service.mts";
import { call, initFailureIn, pluginFor } from "./plugin-process.mts";
import { Resource } from "./requests.mts";
import { plain, struct } from "./wire.mts";

test.each([
  ["always", true],
  ["never", false],
])(
  "with `driftCheck: %s` every answer says whether the resource is read before its next update",
  async (driftCheck, isRefreshed) => {
    const { emulator } = await serviceFor();
    const plugin = await pluginFor({ endpoint: emulator.url, token: emulator.accountToken, driftCheck });
    const { client } = plugin;
    const orion = new Resource(plugin);
    const inputs = await orion.inputs({ websocket: {} });
    const created = await call<messages.CreateResponse>((done) =>
      client.create(new messages.CreateRequest().setUrn(orion.urn).setProperties(struct(inputs)), done),
    );
    const state = created.getProperties();
    const read = await call<messages.ReadResponse>((done) =>
      client.read(new messages.ReadRequest().setUrn(orion.urn).setId("orion").setProperties(state), done),
    );
    const update = (news: object) =>
      call<messages.UpdateResponse>((done) =>
        client.update(
          new messages.UpdateRequest()
            .setUrn(orion.urn)
            .setId("orion")
            .setOlds(state)
            .setNews(struct({ ...inputs, ...news })),
          done,
        ),
      );
    const updated = await update({ websocket: { enabled: false } });
    emulator.fault({ kind: "status", route: "POST /api/instance/settings/:instance", status: 400 });
    const failed = await update({ settings: { ignoreStatus: true }, onBlockFailure: "fail" }).catch(
      (error: unknown) => initFailureIn(error as ServiceError),
    );
    expect(plain(created.getProperties())).toMatchObject({ name: "orion" });
    for (const answer of [created, read, updated, failed])
      expect(answer?.getRefreshBeforeUpdate()).toBe(isRefreshed);
  },
);
