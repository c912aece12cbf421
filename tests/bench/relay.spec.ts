// What the gateway adds to a call that it relays: the same calls to the sandbox, straight and through the gateway, in turn on one
// connection each.

import { Agent, get } from "node:http";

import { expect, test } from "../e2e/fixtures/test.ts";
import { SANDBOX_KEY } from "../e2e/fixtures/servers.ts";
import { CONNECTION, DEPTH, FLOW } from "./pages.ts";
import { progress, report, RUNS } from "./report.ts";

test.use({ runs: DEPTH });
test.setTimeout(1_800_000);

const CALLS = [
  { name: "the flows", path: "flows" },
  { name: "50 runs", path: `flows/runs?flow_id=${FLOW}&limit=50&offset=0` },
  { name: "1,000 runs", path: `flows/runs?flow_id=${FLOW}&limit=1000&offset=0` },
];

/** The time from the request to the end of the answer in milliseconds, and the answer's length. */
function call(agent: Agent, url: string): Promise<{ took: number; bytes: number }> {
  const began = performance.now();
  return new Promise((done, failed) => {
    const request = get(url, { agent, headers: { authorization: `Bearer ${SANDBOX_KEY}` } }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
      answer.on("error", failed);
      answer.on("end", () => (answer.statusCode === 200 ? done({ took: performance.now() - began, bytes }) : failed(new Error(`${url}: ${answer.statusCode}`))));
    });
    request.on("error", failed);
  });
}

test("a relayed call", async ({ browser, stack }) => {
  const agents = { straight: new Agent({ keepAlive: true, maxSockets: 1 }), relayed: new Agent({ keepAlive: true, maxSockets: 1 }) };
  const of = { straight: `${stack.sandbox.url}/tableflow/v2/`, relayed: `${stack.gateway.url}/api/c/${CONNECTION}/` };
  const conditions = [];
  for (const { name, path } of CALLS) {
    const samples = { straight: [] as number[], relayed: [] as number[] };
    const ways = ["straight", "relayed"] as const;
    for (let warm = 0; warm < 20; warm += 1) for (const way of ways) await call(agents[way], of[way] + path);
    let bytes = 0;
    for (let round = 0; round < RUNS * 20; round += 1) {
      for (const way of round % 2 === 0 ? ways : [...ways].reverse()) {
        const answer = await call(agents[way], of[way] + path);
        samples[way].push(answer.took);
        bytes = answer.bytes;
      }
    }
    expect([...samples.straight, ...samples.relayed].every((sample) => sample > 0)).toBe(true);
    progress(name, samples);
    conditions.push({ call: name, bytes, ...samples });
  }
  for (const agent of Object.values(agents)) agent.destroy();
  report("relay", browser, { conditions });
});
