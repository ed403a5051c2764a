import { isObject } from "../../../provider/values.ts";
import {
  createdRecord,
  echoOf,
  isQuotaRefusal,
  type Creation,
  type Evidence,
  type WriteEvidence,
} from "../evidence.ts";
import { isDisguised, isRefused, recordAt, wordsOf, type Exchange } from "../../wire/exchange.ts";
import { DISGUISED, neither, notObservable, reading, type Finding, type Value } from "../finding.ts";
import type { Question } from "./question.ts";

export const CREATION_QUESTIONS: readonly Question[] = [
  {
    key: "createStatus",
    asks: "Which status does a creation have?",
    values: [201, 200],
    needs: "write",
    answer: whenCreated(({ answer }) =>
      [200, 201].includes(answer.status) ? reading(answer.status) : neither(answer),
    ),
  },
  {
    key: "createEcho",
    asks: "Where does the answer to a creation repeat the blocks: inside of instance, beside it, or nowhere?",
    values: ["full-in-instance", "full-top-level", "minimal"],
    needs: "write",
    answer: whenCreated(({ answer }) => {
      if (createdRecord(answer) === undefined) return neither(answer);
      switch (echoOf(answer)?.place) {
        case "inside":
          return reading("full-in-instance");
        case "beside":
          return reading("full-top-level");
        case undefined:
          return reading("minimal");
      }
    }),
  },
  {
    key: "tokenPlace",
    asks: "Where in the answer to a creation is the instance's token?",
    values: ["instance", "top", "data", "data-instance"],
    needs: "write",
    answer: whenCreated(({ answer }) => {
      const places: readonly (readonly [Value, ...string[]])[] = [
        ["instance", "instance"],
        ["top"],
        ["data-instance", "data", "instance"],
        ["data", "data"],
      ];
      const found = places.find(([, ...path]) => typeof recordAt(answer, ...path)?.["token"] === "string");
      return found === undefined ? neither(answer) : reading(found[0]);
    }),
  },
  {
    key: "createId",
    asks: "Does the answer to a creation tell the instance's id?",
    values: [true, false],
    needs: "write",
    answer: whenCreated(({ answer }) => reading(createdRecord(answer)?.record["id"] !== undefined)),
  },
  {
    key: "absentBlocks",
    asks: "How does the answer to a creation show a block that was not sent: no key, null, or enabled: false?",
    values: ["omitted", "null", "disabled"],
    needs: "write",
    answer: whenCreated(({ answer }) => {
      const echo = echoOf(answer);
      if (echo === undefined) return NO_ECHO;
      const websocket = echo.blocks["websocket"];
      if (websocket === undefined) return reading("omitted");
      if (websocket === null) return reading("null");
      return isObject(websocket) && websocket["enabled"] === false ? reading("disabled") : neither(answer);
    }),
  },
  {
    key: "blockFailureShape",
    asks: "How does the answer to a creation show a webhook that was refused: enabled: false, or no key?",
    values: ["disabled", "absent"],
    needs: "write",
    answer: ({ write: { main, bare, wrongUrl } }) => {
      if (main === undefined || bare === undefined || wrongUrl === undefined) return undefined;
      const place = echoOf(main.answer)?.place;
      if (place === undefined) return NO_ECHO;
      if (!isRefused(wrongUrl)) return notObservable("no webhook that could be sent was refused");
      const created = createdRecord(bare.answer);
      if (created === undefined) return neither(bare.answer);
      const webhook = (place === "inside" ? created.record : created.around)["webhook"];
      if (webhook === undefined) return reading("absent");
      return isObject(webhook) && webhook["enabled"] === false ? reading("disabled") : neither(bare.answer);
    },
  },
  {
    key: "inlineFailure",
    asks: "Does a creation with a wrong proxy go on without it, or is it refused with 500?",
    values: ["continue", "abort"],
    needs: "write",
    answer: ({ write: { spare, wrongProxy } }) => {
      if (wrongProxy === undefined) return undefined;
      if (!isRefused(wrongProxy)) return notObservable("no proxy that could be sent was refused");
      if (spare === undefined) return undefined;
      if (!isRefused(spare.answer)) return reading("continue");
      const isAbort = spare.answer.status === 500 || isDisguised(spare.answer);
      return isAbort ? reading("abort") : neither(spare.answer);
    },
  },
  {
    key: "names",
    asks: "Does it keep a name as it was sent, or make it lower-case, trimmed, or composed (NFC)?",
    values: ["as-sent", "lower-case", "trimmed", "nfc"],
    needs: "write",
    answer: (evidence) => {
      const { main, oddName } = evidence.write;
      if (main?.storedName === undefined || oddName === undefined) return undefined;
      if (main.storedName === main.sentName.toLowerCase()) return reading("lower-case");
      if (isRefused(oddName.answer)) {
        return notObservable("names in which it would show are refused", ["as-sent", "trimmed", "nfc"]);
      }
      const { sentName, storedName } = oddName;
      if (storedName === sentName) return reading("as-sent");
      if (storedName === sentName.trim()) return reading("trimmed");
      return storedName === sentName.normalize("NFC") ? reading("nfc") : neither(oddName.answer);
    },
  },
  {
    key: "nameLimit",
    asks: "Are names refused that have other characters than letters, digits, hyphens and underscores?",
    values: ["off", "on"],
    needs: "write",
    answer: ({ write }) => {
      const { oddName } = write;
      if (oddName === undefined) return undefined;
      if (!isRefused(oddName.answer)) return reading("off");
      if (isQuotaRefusal(oddName.answer, write)) return FULL;
      return oddName.answer.status === 400 || isDisguised(oddName.answer)
        ? reading("on")
        : neither(oddName.answer);
    },
  },
  {
    key: "duplicateName",
    asks: "With which status is a name refused that an instance has already?",
    values: [409, 400],
    needs: "write",
    answer: ({ write }) => write.sameName && duplicateFinding(write.sameName, write),
  },
  {
    key: "duplicateToken",
    asks: "With which status is a token refused that an instance has already?",
    values: [409, 400],
    needs: "write",
    answer: ({ write }) => write.sameToken && duplicateFinding(write.sameToken, write),
  },
  {
    key: "uniqueToken",
    asks: "Is a token taken that an instance of another account has?",
    values: ["in-account", "everywhere"],
    needs: "nothing",
    answer: () => notObservable("it would need an instance in a second account"),
  },
  {
    key: "quotaBeforeDuplicate",
    asks: "Is the quota looked at before the name, where both stand in the way?",
    values: [true, false],
    needs: "quota",
    answer: ({ write }) => {
      const { sameName, sameNameWhenFull } = write;
      if (sameName === undefined) return undefined;
      if (sameNameWhenFull === undefined) {
        return notObservable("the account was not full: it has to have room for one or two instances");
      }
      if (isQuotaRefusal(sameNameWhenFull, write)) return reading(true);
      const isAsBefore =
        sameNameWhenFull.status === sameName.status && wordsOf(sameNameWhenFull) === wordsOf(sameName);
      return isAsBefore ? reading(false) : neither(sameNameWhenFull);
    },
  },
  {
    key: "instanceTokenScope",
    asks: "What is an instance's own token good for before a phone is paired?",
    values: ["full", "403-until-paired", "400-until-paired"],
    needs: "write",
    answer: ({ write: { ownToken } }) => {
      if (ownToken === undefined) return undefined;
      if (!isRefused(ownToken)) return reading("full");
      if (isDisguised(ownToken)) return notObservable(DISGUISED, ["403-until-paired", "400-until-paired"]);
      if (ownToken.status === 403) return reading("403-until-paired");
      return ownToken.status === 400 ? reading("400-until-paired") : neither(ownToken);
    },
  },
];

const NO_ECHO = notObservable("the answer to a creation repeats no block");
const FULL = notObservable("the account was full");

function whenCreated(answer: (main: Creation) => Finding): (evidence: Evidence) => Finding | undefined {
  return ({ write: { main } }) => {
    if (main === undefined) return undefined;
    return isRefused(main.answer) ? notObservable("no instance could be created") : answer(main);
  };
}

function duplicateFinding(answer: Exchange, write: WriteEvidence): Finding {
  if (isDisguised(answer)) return notObservable(DISGUISED);
  if (isQuotaRefusal(answer, write)) return FULL;
  return answer.status === 409 || answer.status === 400 ? reading(answer.status) : neither(answer);
}
