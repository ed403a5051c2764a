import {
  CASES,
  DOCUMENTED_WINDOW_SECONDS,
  windowsNeeded,
  type Case,
  type Measurement,
} from "./measurement.mts";
import type { Limits, Target } from "./report.mts";
import { WINDOW_SECONDS } from "./service.mts";
import type { StartUp } from "./start-up.mts";

/** Three that name instances, and one of the whole account. */
const MOST_LISTINGS = 4;
const START_UP_MS = 60;
const PLUGIN_RATIO = 0.25;
const WALL_RATIO = 1.05;

/** Compares what was measured with what the provider is meant to keep. Nothing fails here: a reader judges. */
export function judgeLimits({ fleets, startUp }: Limits): Target[] {
  const ours = fleets.filter(({ provider }) => provider === "pulumi-ryzeapi");
  return [...ofRequests(ours), ...ofTime(ours), ...ofStartUp(startUp)];
}

function ofRequests(ours: readonly Measurement[]): Target[] {
  return [
    count(ours, "create", "N + 4 with the account's token, no 429", ({ instances, requests }) => {
      return (
        requests.account <= instances + MOST_LISTINGS && requests.instance === 0 && requests.limited === 0
      );
    }),
    count(ours, "unchanged", "no request", ({ requests }) => requests.account + requests.instance === 0),
    count(ours, "refresh", "at most 4 requests, listing complete", ({ requests }) => {
      return requests.account + requests.instance <= MOST_LISTINGS;
    }),
    count(
      ours,
      "refreshMinimal",
      "at most 4 listings; 1 GET per block with instance tokens",
      ({ instances, requests }) => {
        return requests.account <= MOST_LISTINGS && requests.instance <= 6 * instances;
      },
    ),
    count(ours, "change", "N, with instance tokens", ({ instances, requests }) => {
      return requests.account === 0 && requests.instance === instances;
    }),
    count(
      ours,
      "destroy",
      "N, and 4 listings for each minute",
      ({ instances, requests, seconds }) =>
        requests.instance === 0 &&
        requests.account <= instances + MOST_LISTINGS * Math.ceil((seconds + 1) / DOCUMENTED_WINDOW_SECONDS),
    ),
  ];
}

function count(
  ours: readonly Measurement[],
  kind: Case,
  limit: string,
  keeps: (measurement: Measurement) => boolean,
): Target {
  const measured = ours.filter((measurement) => measurement.case === kind);
  const shown = measured.find((measurement) => !keeps(measurement)) ?? measured.at(-1);
  if (shown === undefined)
    return { target: `${CASES[kind]}: requests`, limit, measured: "", result: "not run" };
  const { account, instance, limited } = shown.requests;
  return {
    target: `${CASES[kind]}: requests`,
    limit,
    measured: `N = ${shown.instances}: ${account} account, ${instance} instance, ${limited} × 429`,
    result: keeps(shown) ? "pass" : "FAIL",
  };
}

function ofTime(ours: readonly Measurement[]): Target[] {
  return [
    windows(ours, "create", 100, "ceil(N/20)"),
    windows(ours, "destroy", 200, "ceil(N/100)"),
    withinOneWindow(ours, "refreshMinimal"),
    withinOneWindow(ours, "change"),
  ];
}

function windows(ours: readonly Measurement[], kind: Case, from: number, formula: string): Target {
  const measured = ours.filter(
    ({ case: measuredCase, instances }) => measuredCase === kind && instances >= from,
  );
  const ratios = measured.map(({ instances, seconds }) => {
    return { instances, ratio: seconds / WINDOW_SECONDS / windowsNeeded(kind, instances) };
  });
  const worst = ratios.sort((left, right) => right.ratio - left.ratio)[0];
  return {
    target: `${CASES[kind]}: wall, N >= ${from}`,
    limit: `at most ${WALL_RATIO} of ${formula} windows`,
    measured: worst === undefined ? "" : `N = ${worst.instances}: ${worst.ratio.toFixed(3)}`,
    result: worst === undefined ? "not run" : verdict(worst.ratio <= WALL_RATIO),
  };
}

/** No limit makes these wait, and work is not shortened as windows are: the window is the service's own. */
function withinOneWindow(ours: readonly Measurement[], kind: Case): Target {
  const measured = ours.find(
    ({ case: measuredCase, instances }) => measuredCase === kind && instances === 500,
  );
  return {
    target: `${CASES[kind]}: wall, N = 500`,
    limit: `one window, not shortened (${DOCUMENTED_WINDOW_SECONDS} s)`,
    measured: measured === undefined ? "" : `${measured.seconds.toFixed(1)} s`,
    result: measured === undefined ? "not run" : verdict(measured.seconds <= DOCUMENTED_WINDOW_SECONDS),
  };
}

function ofStartUp({ difference, middleHalf, pairs, plugin, pluginRatio }: StartUp): Target[] {
  return [
    {
      target: "first answer after process start",
      limit: `at most ${START_UP_MS} ms after an empty provider's`,
      measured: `${difference} ms (median of ${pairs}; middle half ${middleHalf.join(" to ")} ms)`,
      result: verdict(difference <= START_UP_MS),
    },
    {
      target: "the native plugin's first answer",
      limit: `at most ${PLUGIN_RATIO} of an empty dynamic provider's time`,
      measured: `${pluginRatio.toFixed(2)} (${plugin} ms; median of ${pairs})`,
      result: verdict(pluginRatio <= PLUGIN_RATIO),
    },
  ];
}

function verdict(keeps: boolean): "pass" | "FAIL" {
  return keeps ? "pass" : "FAIL";
}
