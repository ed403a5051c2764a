// Of the module of Helm only, because Pulumi checks the types of a program on every run.
import { Release } from "@pulumi/kubernetes/helm/v3";
import * as pulumi from "@pulumi/pulumi";

export interface ChatwootArgs {
  /** The name under which people and RyzeAPI reach it. */
  host: string;
  /** The ingress controller of the cluster. */
  ingressClass: string;
  /** The ClusterIssuer of cert-manager that certifies the name. */
  certificateIssuer: string;
  /** Signs Chatwoot's cookies: who gets another one has to sign in again. */
  secretKey: pulumi.Input<string>;
  postgresqlPassword: pulumi.Input<string>;
  redisPassword: pulumi.Input<string>;
}

/**
 * Chatwoot with a PostgreSQL and a Redis of its own, by the chart that Chatwoot publishes. One in a cluster.
 *
 * @see https://github.com/chatwoot/charts
 */
export class Chatwoot extends pulumi.ComponentResource {
  /** Where it answers, some minutes after the component is there. */
  readonly url: string;

  constructor(name: string, args: ChatwootArgs, options?: pulumi.ComponentResourceOptions) {
    super("example:chatwoot:Chatwoot", name, {}, options);
    const { host, ingressClass, certificateIssuer, secretKey, postgresqlPassword, redisPassword } = args;
    this.url = `https://${host}`;
    new Release(
      name,
      {
        // The chart's ingress leads to a service of the release's name.
        name: "chatwoot",
        chart: "chatwoot",
        version: "2.0.23",
        repositoryOpts: { repo: "https://chatwoot.github.io/charts" },
        namespace: "chatwoot",
        createNamespace: true,
        // The chart prepares the database after the pods have started, and they are not ready before: whoever waits for them
        // first waits for ever (https://github.com/chatwoot/charts/issues/206). Helm waits for the preparation all the same.
        skipAwait: true,
        timeout: 900,
        values: {
          env: { FRONTEND_URL: this.url, SECRET_KEY_BASE: secretKey },
          postgresql: {
            auth: { postgresPassword: postgresqlPassword },
            primary: { persistence: { size: "20Gi" } },
          },
          redis: { auth: { password: redisPassword } },
          services: { type: "ClusterIP" },
          ingress: {
            enabled: true,
            ingressClassName: ingressClass,
            annotations: {
              "cert-manager.io/cluster-issuer": certificateIssuer,
              // Media pass here, and this controller refuses more than 1 MB otherwise. Others have settings of their own.
              "nginx.ingress.kubernetes.io/proxy-body-size": "64m",
            },
            hosts: [
              {
                host,
                paths: [
                  {
                    path: "/",
                    pathType: "Prefix",
                    backend: { service: { name: "chatwoot", port: { number: 3000 } } },
                  },
                ],
              },
            ],
            tls: [{ hosts: [host], secretName: "chatwoot-tls" }],
          },
        },
      },
      { parent: this },
    );
    this.registerOutputs({ url: this.url });
  }
}
