/** The version in package.json; `npm run reference` brings it here. */
export const VERSION = "0.1.0";
