// The books of a walk: gestures on the one side, what vendors recorded and what the page said of it on the other.

import type { Request } from "@playwright/test";

import type { Decision, Records } from "./records.ts";
import type { Gesture, Place, Said, Shown } from "./witness.ts";

type Case = {
  place: Place;
  gestures: (Gesture & { void?: string })[];
  /** Another user's decision is the one that counts. */
  rival: boolean;
  /** When, and from which tab, something was sent for it. */
  sent: { at: number; tab: number }[];
  keys: Set<string>;
  said: Said[];
  decision: Decision | null | undefined;
  /** A recorded decision that was found in order is not looked at again. */
  settled: boolean;
};

const keyOf = ({ connection, run, review }: Place) => `${connection}/${run}/${review}`;

/** The page says that nothing was sent or recorded of what was asked for until then. */
const NOTHING = /Nothing was (sent|recorded)(?! from this tab)|No decision was recorded|ours was not recorded|was not recorded\.|could not be sent|^Taken back/;
/** The press of a moment ago came to nothing. */
const NOT_DECIDED = /changed while its rules were being checked/;

export class Ledger {
  private readonly cases = new Map<string, Case>();
  private readonly unread: Said[] = [];
  private readonly began = Date.now();
  decisions = 0;
  asked = 0;

  constructor(private readonly records: Records) {}

  case(place: Place): Case {
    const known = this.cases.get(keyOf(place));
    if (known) return known;
    const fresh: Case = { place, gestures: [], rival: false, sent: [], keys: new Set(), said: [], decision: null, settled: false };
    this.cases.set(keyOf(place), fresh);
    return fresh;
  }

  get all(): Case[] {
    return [...this.cases.values()];
  }

  gestured(gesture: Gesture): void {
    this.asked += 1;
    this.case(gesture.place).gestures.push(gesture);
  }

  said(said: Said): void {
    if (said.place) this.case(said.place).said.push(said);
    // Taken in at once: gestures that come later are not meant.
    if (said.place && NOTHING.test(said.text) && (said.how !== "message" || said.text.startsWith("Taken back"))) this.void(this.case(said.place), said);
    else if (said.place && NOT_DECIDED.test(said.text)) this.void(this.case(said.place), said, said.at - 5_500);
    const named = /^The decision on (.+) (was not recorded|could not be sent)/.exec(said.text);
    const of = this.all.filter((one) => named && one.gestures.some(({ runName }) => runName === named[1]));
    if (of.length === 1 && of[0]) this.void(of[0], said);
    this.unread.push(said);
  }

  private void(one: Case, said: Said, since = 0): void {
    for (const gesture of one.gestures) if (gesture.at <= said.at && gesture.at >= since) gesture.void ??= said.text;
  }

  /** A write that leaves the page. */
  sent(request: Request, tab: number): void {
    const path = decodeURIComponent(new URL(request.url()).pathname);
    if (request.method() === "GET" || !/hil-decisions$|\/complete$|\/(approve|reject)$|\/versions$/.test(path)) return;
    const body = (request.postDataJSON() ?? {}) as { command_id?: string; review_id?: string };
    const one = this.all.find(({ place }) => path.includes(place.connection === "retab" ? `/runs/${place.run}/` : `/${place.review}`) || body.review_id === place.review);
    if (!one) throw new Error(`sent for a review that nobody decided: ${path}`);
    one.sent.push({ at: Date.now(), tab });
    if (body.command_id) one.keys.add(body.command_id);
  }

  /** What was asked for, sent, said and recorded, for whoever reads a failure. */
  history(): string {
    const seconds = (at: number) => ((at - this.began) / 1_000).toFixed(1);
    return this.all
      .filter(({ gestures, rival }) => gestures.length > 0 || rival)
      .map(({ place, gestures, rival, sent, decision, said }) =>
        [
          keyOf(place),
          ...gestures.map(({ kind, by, at, edited, void: nothing }) => `${seconds(at)} s asked to ${kind} by ${by}${edited ? " with changes" : ""}${nothing ? `, void by ${JSON.stringify(nothing)}` : ""}`),
          ...sent.map(({ at }) => `${seconds(at)} s sent`),
          ...said.map(({ at, text }) => `${seconds(at)} s said ${JSON.stringify(text)}`),
          `${rival ? "decided by another, " : ""}recorded: ${JSON.stringify(decision)}`.slice(0, 400),
        ].join("\n    "),
      )
      .join("\n  ");
  }

  /** What is wrong, as far as it can be told now. */
  async wrong(): Promise<string[]> {
    const wrong: string[] = [];
    // What is said while the records are read is held against the next ones.
    const heard = this.unread.splice(0);
    for (const one of this.all) {
      if (one.settled) continue;
      one.decision = await this.records.decision(one.place);
      wrong.push(...this.judge(one).map((what) => `${keyOf(one.place)}: ${what}`));
      if (one.decision && wrong.length === 0) {
        one.settled = true;
        this.decisions += 1;
      }
    }
    for (const said of heard) wrong.push(...this.believe(said).map((what) => `${what}; the page said ${JSON.stringify(said.text)}`));
    return wrong;
  }

  private judge(one: Case): string[] {
    const wrong: string[] = [];
    const first = one.gestures[0];
    if (one.sent.length > 0 && !first) wrong.push("something was sent that nobody asked for");
    if (one.keys.size > one.gestures.length) wrong.push(`${one.keys.size} decisions were sent for ${one.gestures.length} gestures`);
    const { decision } = one;
    if (!decision || one.rival) return wrong;
    const of = one.gestures.filter(({ kind }) => (kind === "approve") === decision.approved);
    if (of.length === 0) return [...wrong, `${decision.approved ? "approved" : "rejected"} without a gesture`];
    const valid = of.filter((gesture) => gesture.void === undefined);
    if (valid.length === 0) return [...wrong, `recorded although the page had said ${JSON.stringify(of.at(-1)?.void)}`];
    const differences = valid.map((gesture) => differs(gesture, decision));
    if (!differences.includes("")) wrong.push(`recorded is not what was in sight: ${differences.at(-1)}`);
    return wrong;
  }

  /** What it says of a decision must be so. */
  private believe(said: Said): string[] {
    const named = /^The decision on (.+) was recorded\.|^(.+) was decided by somebody else first/.exec(said.text);
    const of = named
      ? this.all.filter((one) => one.gestures.some(({ runName }) => runName === (named[1] ?? named[2])))
      : this.all.filter((one) => said.how === "outcome" && said.place && keyOf(said.place) === keyOf(one.place));
    if (of.length === 0) return [];
    const problems = of.map((one) => untrue(said.text, one));
    return problems.includes("") ? [] : problems;
  }
}

function untrue(text: string, { decision, rival, gestures, sent, place }: Case): string {
  const of = `${keyOf(place)}:`;
  if (/^This review does not wait any more/.test(text)) return decision ? `${of} a decision can be read` : "";
  const said = /^(Approved|Rejected|Marked as incorrect)(?=[A-Z])/.exec(text)?.[1];
  const mine = said !== undefined || /^Your decision was recorded|^You .*another tab|was recorded\.$/.test(text);
  const how = said ?? /already (approved|rejected|marked as incorrect)|^You (approved|rejected|marked)/.exec(text)?.slice(1).find(Boolean);
  if (!decision) return mine || how !== undefined ? `${of} nothing is recorded` : "";
  if (how !== undefined && /approved/i.test(how) !== decision.approved) return `${of} recorded is ${decision.approved ? "an approval" : "a rejection"}`;
  if (said !== undefined && rival) return `${of} it was decided by another`;
  if (mine && !gestures.some(({ kind }) => (kind === "approve") === decision.approved)) return `${of} nobody here asked for that`;
  const lost = /the other one came first|decided by somebody else first/.test(text);
  if (lost && !rival && new Set(sent.map(({ tab }) => tab)).size < 2) return `${of} nobody else decided it`;
  return "";
}

/** In what a recorded decision is not what stood in front of the person; empty if in nothing. */
function differs(gesture: Gesture, decision: Decision): string {
  if (!decision.approved) {
    if (decision.reason === undefined || gesture.unseen) return "";
    return decision.reason === gesture.reason?.trim() ? "" : `the reason is ${JSON.stringify(decision.reason)} instead of ${JSON.stringify(gesture.reason)}`;
  }
  if (gesture.unseen) return "";
  if (decision.data === null || decision.data === undefined) return gesture.edited ? "the changes are missing" : "";
  const superai = gesture.place.connection === "superai";
  if (gesture.whole !== null) return (superai ? covers : same)(JSON.parse(gesture.whole), decision.data) ? "" : `${JSON.stringify(decision.data)} instead of ${gesture.whole}`;
  // SuperAI leaves out what the target's model does not take.
  const takes = ({ path }: Shown) => !superai || at(decision.data, path) !== undefined;
  const wrong = gesture.values.filter((shown) => takes(shown) && !reads(shown.text, at(decision.data, shown.path)));
  return wrong.map(({ path, text }: Shown) => `${path} is ${JSON.stringify(at(decision.data, path))} instead of ${JSON.stringify(text.slice(0, 200))}`).join(", ");
}

function at(data: unknown, path: string): unknown {
  const parts = path.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return parts.reduce<unknown>((inside, part) => (inside as Record<string, unknown> | null | undefined)?.[part], data);
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
/** Whether everything of the second stands in the first as well. */
const covers = (one: unknown, other: unknown): boolean =>
  other !== null && typeof other === "object" && !Array.isArray(other) ? Object.entries(other).every(([name, inner]) => covers((one as Record<string, unknown> | null)?.[name], inner)) : same(one, other);
const lines = (text: string) => text.replace(/\r\n?/g, "\n");

/** Whether the text in a field stands for this value. */
function reads(text: string, value: unknown): boolean {
  if (value === undefined || value === null) return text === "";
  if (typeof value === "string") return lines(value) === lines(text);
  if (typeof value === "number") return amount(text) === value;
  if (typeof value === "boolean") return text === String(value);
  try {
    return same(JSON.parse(text), value);
  } catch {
    return false;
  }
}

/** A number as people write it, as far as the walk types any. */
function amount(text: string): number {
  const bare = text.replace(/[\s€]/gu, "").replace("−", "-");
  const negative = /^\(.*\)$/.test(bare);
  const digits = bare.replace(/[()]/g, "");
  const decimal = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  const [whole, rest] = decimal < 0 ? [digits, ""] : [digits.slice(0, decimal), digits.slice(decimal + 1)];
  const number = Number(`${whole.replace(/[.,]/g, "")}.${rest}`);
  return negative ? -number : number;
}
