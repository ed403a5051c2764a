/** State in a folder, and nothing that the machine's owner has set for RyzeAPI. */
export function stackEnvironment(backend: string): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
    RYZEAPI_TOKEN: "",
    RYZEAPI_ENDPOINT: "",
  };
}
