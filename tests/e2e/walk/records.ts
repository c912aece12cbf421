// What the vendors have of a review, and what another user of the same account does to it: past gateway and app.

import { readFile } from "node:fs/promises";

import { RECONCILIATION } from "../fixtures/flows.ts";
import { sample } from "../fixtures/money.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import type { Place } from "./witness.ts";

export type Connection = "retab" | "superai" | "retab-reviews";
export const CONNECTIONS: Connection[] = ["retab", "superai", "retab-reviews"];

/** `data`: what went on; null where it was approved as it was. `reason`: undefined where the vendor keeps none. */
export type Decision = { approved: boolean; data: unknown; reason: string | null | undefined };

/** Injected faults look for an id in the address: these requests do not have it in plain sight. */
const veiled = (id: string) => `%${id.charCodeAt(0).toString(16)}${encodeURIComponent(id.slice(1))}`;

const REVIEWS = "/retab-reviews/v1/workflows/reviews";
const LIVE_FLOW = "wrk_po_invoice_recon";
const NODE = "review-mismatch";

type Live = { id: string; run_id: string; decision: { verdict: string; version_id: string; reason: string | null } | null };
type Version = { id: string; snapshot: Record<string, unknown> };
type Task = { id: string; flow_execution_id: string; review_result: boolean | null; reviewed_output: unknown[] | null };

export class Records {
  private readonly used = new Set<string>();

  constructor(readonly sandbox: Sandbox) {}

  /** What was decided, if anything; `undefined` if the vendor does not know the review (any more). */
  async decision({ connection, run, review }: Place): Promise<Decision | null | undefined> {
    const read = async <T>(path: string) => (await this.sandbox.api("GET", path)) as T;
    try {
      if (connection === "retab") {
        const found = await read<{ decision_received: boolean; approved: boolean | null; modified_data: unknown }>(`/retab/v1/workflows/runs/${veiled(run)}/hil-decisions/${veiled(review)}`);
        return found.decision_received ? { approved: found.approved === true, data: found.modified_data, reason: undefined } : null;
      }
      if (connection === "superai") {
        const found = await read<Task>(`/superai/api/human-review-tasks/${veiled(review)}`);
        return found.review_result === null ? null : { approved: found.review_result, data: found.reviewed_output?.[0], reason: undefined };
      }
      const { decision } = await read<Live>(`${REVIEWS}/${veiled(review)}`);
      if (!decision) return null;
      const { data } = await read<{ data: Version[] }>(`${REVIEWS}/versions?review_id=${veiled(review)}`);
      return { approved: decision.verdict === "approved", data: data.find(({ id }) => id === decision.version_id)?.snapshot, reason: decision.reason };
    } catch (error) {
      if (/: 404 /.test(String(error))) return undefined;
      throw error;
    }
  }

  /** Another user decides; whether that was the one that counts. */
  async decide({ connection, run, review }: Place, approved: boolean, changed: boolean): Promise<boolean> {
    const write = async <T>(path: string, body?: unknown) => (await this.sandbox.api("POST", path, body)) as T;
    try {
      if (connection === "retab") {
        const body = { node_id: review, approved, command_id: crypto.randomUUID(), ...(approved && changed ? { modified_data: { note: "by somebody else" } } : {}) };
        return (await write<{ submission_status: string }>(`/retab/v1/workflows/runs/${veiled(run)}/hil-decisions`, body)).submission_status === "accepted";
      }
      if (connection === "superai") {
        const task = `/superai/api/human-review-tasks/${veiled(review)}`;
        await write(`${task}/start`);
        const { input } = (await this.sandbox.api("GET", `/superai/api/flow-executions/${veiled(run)}`)) as { input: object };
        await write(`${task}/complete`, { review_result: approved, reviewed_output: [{ ...input, ...(changed ? { note: "by somebody else" } : {}) }] });
        return true;
      }
      const version = changed ? await this.version(review) : (await this.versions(review)).at(-1);
      const verdict = approved ? "approve" : "reject";
      const body = { version_id: version?.id, ...(approved ? {} : { reason: "by somebody else" }) };
      return (await write<{ submission_status: string }>(`${REVIEWS}/${veiled(review)}/${verdict}`, body)).submission_status === "accepted";
    } catch (error) {
      if (/: 4\d\d /.test(String(error))) return false;
      throw error;
    }
  }

  /** Another user changes the content, where a vendor lets one, or ends the run. */
  async disturb({ connection, run, review }: Place, cancels: boolean): Promise<void> {
    const path = { retab: `/retab/v1/workflows/runs/${veiled(run)}/cancel`, superai: `/superai/api/flow-executions/${veiled(run)}/cancel`, "retab-reviews": `/retab-reviews/v1/workflows/runs/${veiled(run)}/cancel` }[connection];
    try {
      if (cancels && path) await this.sandbox.api("POST", path, {});
      else if (connection === "retab-reviews") await this.version(review);
    } catch (error) {
      if (!/: 4\d\d /.test(String(error))) throw error;
    }
  }

  private async versions(review: string): Promise<Version[]> {
    return ((await this.sandbox.api("GET", `${REVIEWS}/versions?review_id=${veiled(review)}`)) as { data: Version[] }).data;
  }

  private async version(review: string): Promise<Version> {
    const parent = (await this.versions(review)).at(-1);
    return (await this.sandbox.api("POST", `${REVIEWS}/versions`, { review_id: review, parent_id: parent?.id, snapshot: { ...parent?.snapshot, note: "by somebody else" }, note: null })) as Version;
  }

  /** A review that waits and that no walk had before. New runs are started ahead, which takes some seconds each. */
  async waiting(connection: Connection): Promise<Place> {
    for (let tries = 0; tries < 300; tries++) {
      const waiting = (await this.list(connection)).filter(({ run }) => !this.used.has(run));
      if (waiting.length < 4 && tries % 100 === 0) await Promise.all([1, 2, 3, 4].map(() => this.start(connection)));
      const place = waiting[0];
      if (place) {
        this.used.add(place.run);
        return place;
      }
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`${connection} has no waiting review left`);
  }

  private async list(connection: Connection): Promise<Place[]> {
    const read = async <T>(path: string) => (await this.sandbox.api("GET", path)) as T;
    if (connection === "retab") {
      const query = `workflow_id=${RECONCILIATION.retab}&statuses=waiting_for_human&limit=100&order=asc&sort_by=created_at`;
      const { data } = await read<{ data: { id: string }[] }>(`/retab/v1/workflows/runs?${query}`);
      return data.map(({ id }) => ({ connection, run: id, review: NODE }));
    }
    if (connection === "superai") {
      const { items } = await read<{ items: Task[] }>(`/superai/api/human-review-tasks?limit=100&status=pending&flow_id=${RECONCILIATION.superai}`);
      return items.map((task) => ({ connection, run: task.flow_execution_id, review: task.id }));
    }
    const { data } = await read<{ data: Live[] }>(`${REVIEWS}?workflow_id=${LIVE_FLOW}&limit=100`);
    return data.map((review) => ({ connection, run: review.run_id, review: review.id }));
  }

  private async start(connection: Connection): Promise<void> {
    const content = async (name: string) => (await readFile(sample(name))).toString("base64");
    const [order, invoice] = ["purchase-order-4711.csv", "invoice-4711.csv"];
    if (connection === "retab") {
      const document = async (filename: string) => ({ filename, mime_type: "text/csv", content: await content(filename) });
      const documents = { "start-purchase-order": await document(order), "start-invoice": await document(invoice) };
      await this.sandbox.api("POST", `/retab/v1/workflows/${RECONCILIATION.retab}/run`, { documents });
    } else if (connection === "retab-reviews") {
      const document = async (filename: string) => ({ filename, url: `data:text/csv;base64,${await content(filename)}` });
      const documents = { "start-purchase-order": await document(order), "start-invoice": await document(invoice) };
      await this.sandbox.api("POST", "/retab-reviews/v1/workflows/runs", { workflow_id: LIVE_FLOW, documents });
    } else {
      const json = async (name: string) => JSON.parse(await readFile(sample(name), "utf8")) as unknown;
      const input = { purchase_order: await json("purchase-order-4711.json"), invoice: await json("invoice-4711.json") };
      await this.sandbox.api("POST", "/superai/api/flow-executions", { flow_id: RECONCILIATION.superai, input });
    }
  }
}
