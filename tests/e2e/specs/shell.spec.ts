// What the gateway serves, before any of it runs.

import { brotliDecompressSync } from "node:zlib";
import { get } from "node:http";

import { expect, test } from "../fixtures/test.ts";

type Answer = { status: number; headers: Record<string, string>; body: Buffer };

/** A request without a browser's or a library's own headers, and without unpacking what comes back. */
function fetchRaw(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers as Record<string, string>, body: Buffer.concat(chunks) }),
      );
    }).on("error", reject);
  });
}

/** The assets that index.html names, by their suffix. */
function assets(html: string): string[] {
  return [...html.matchAll(/(?:src|href|data-js|data-wasm)=["']?([^"'\s>]+)/g)].map((found) => found[1] ?? "").filter((path) => /\.(js|wasm|css|svg)$/.test(path));
}

test.describe("the served shell", () => {
  test("paints without scripts or styles of its own", async ({ stack }) => {
    const { status, headers, body } = await fetchRaw(`${stack.gateway.url}/`);
    const html = body.toString();
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(/^text\/html\b/);
    expect(html).toContain('id=boot');
    expect(html.match(/<script\b[^>]*>/g)).toHaveLength(1);
    expect(html).toMatch(/<script\b[^>]*\bsrc=["']?\/boot\.js[^>]*><\/script>/);
    expect(html).not.toMatch(/<style\b|\sstyle=|\son[a-z]+=/i);
  });

  test("sends a policy that allows nothing inline", async ({ stack }) => {
    for (const path of ["/", "/runs?c=retab", "/c/retab/runs/some-run"]) {
      const { headers } = await fetchRaw(stack.gateway.url + path, { accept: "text/html" });
      const policy = headers["content-security-policy"] ?? "";
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(policy, path).toContain("style-src 'self'");
      expect(policy, path).not.toContain("unsafe-inline");
      expect(policy.replace("'wasm-unsafe-eval'", ""), path).not.toContain("unsafe-eval");
      expect(headers["x-content-type-options"], path).toBe("nosniff");
    }
  });

  test.describe("with what it refuses named in the console", () => {
    test.use({ expectedErrors: [/TrustedTypePolicy named '(sluice|another)'/] });

    test("lets no text become markup or a script, and makes workers of its own files alone", async ({ page }) => {
      await page.goto("/");
      await page.locator("main").waitFor();
      const thrown = await page.evaluate(() => {
        const tried = (what: () => unknown) => {
          try {
            what();
            return "done";
          } catch (error) {
            return (error as Error).name;
          }
        };
        const types = (window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }).trustedTypes;
        const { sluiceWorker } = window as unknown as { sluiceWorker: (url: string) => Worker };
        return [
          tried(() => (document.body.innerHTML = "<b>text</b>")),
          tried(() => new Worker("/boot.js")),
          tried(() => (document.createElement("script").src = "/boot.js")),
          tried(() => types.createPolicy("sluice", {})),
          tried(() => types.createPolicy("another", {})),
          tried(() => sluiceWorker("https://elsewhere.example/worker.mjs")),
          tried(() => sluiceWorker(new URL("/pdfjs/none.mjs", location.href).href).terminate()),
        ];
      });
      expect(thrown).toEqual([...Array<string>(6).fill("TypeError"), "done"]);
    });
  });

  test("compresses each asset with brotli and gzip, and says its type", async ({ stack }) => {
    const html = (await fetchRaw(`${stack.gateway.url}/`)).body.toString();
    const named = assets(html);
    for (const suffix of [".js", ".wasm", ".css", ".svg"]) expect(named.some((path) => path.endsWith(suffix)), `no ${suffix} in index.html`).toBe(true);
    const types: Record<string, RegExp> = {
      js: /^(text|application)\/javascript\b/,
      wasm: /^application\/wasm$/,
      css: /^text\/css\b/,
      svg: /^image\/svg\+xml\b/,
    };
    for (const path of new Set(named)) {
      const plain = await fetchRaw(stack.gateway.url + path);
      expect(plain.status, path).toBe(200);
      expect(plain.headers["content-type"], path).toMatch(types[path.split(".").pop() ?? ""] ?? /^$/);
      expect(plain.headers["content-encoding"], path).toBeUndefined();
      const packed = await fetchRaw(stack.gateway.url + path, { "accept-encoding": "gzip, deflate, br, zstd" });
      expect(packed.headers["content-encoding"], path).toBe("br");
      expect(packed.headers["vary"] ?? "", path).toMatch(/accept-encoding/i);
      expect(brotliDecompressSync(packed.body).equals(plain.body), path).toBe(true);
      const gzipped = await fetchRaw(stack.gateway.url + path, { "accept-encoding": "gzip" });
      expect(gzipped.headers["content-encoding"], path).toBe("gzip");
    }
  });

  test("lets hashed assets be kept for ever and everything else be asked for again", async ({ stack }) => {
    const html = await fetchRaw(`${stack.gateway.url}/`);
    expect(html.headers["cache-control"]).toMatch(/no-cache|max-age=0/);
    for (const path of new Set(assets(html.body.toString()))) {
      const hashed = /-[0-9a-f]{8,16}(_bg)?\.\w+$/.test(path);
      const { headers } = await fetchRaw(stack.gateway.url + path);
      if (hashed) expect(headers["cache-control"], path).toMatch(/immutable/);
      else expect(headers["cache-control"], path).toMatch(/no-cache|max-age=0/);
    }
    const boot = await fetchRaw(`${stack.gateway.url}/boot.js`);
    const again = await fetchRaw(`${stack.gateway.url}/boot.js`, { "if-none-match": boot.headers["etag"] ?? "" });
    expect(again.status).toBe(304);
  });

  test("answers an unknown page with the app, an unknown asset or API path with 404", async ({ stack }) => {
    const page = await fetchRaw(`${stack.gateway.url}/no/such/page`, { accept: "text/html" });
    expect(page.headers["content-type"]).toMatch(/^text\/html\b/);
    expect(page.body.toString()).toContain("boot.js");
    for (const path of ["/api/nothing", "/api", "/api/c/nobody/runs"]) {
      const answer = await fetchRaw(stack.gateway.url + path);
      expect(answer.status, path).toBe(404);
      expect(answer.headers["content-type"], path).toMatch(/^application\/(problem\+)?json\b/);
      expect(() => JSON.parse(answer.body.toString()) as unknown, path).not.toThrow();
    }
    const gone = await fetchRaw(`${stack.gateway.url}/sluice-app-0123456789abcdef.js`);
    expect(gone.status).toBe(404);
    expect(gone.headers["content-type"] ?? "").not.toMatch(/html/);
  });

  test("names its connections without their keys", async ({ stack }) => {
    const { status, body } = await fetchRaw(`${stack.gateway.url}/api/config`);
    expect(status).toBe(200);
    const text = body.toString();
    for (const dialect of ["retab", "tableflow", "flowstack", "superai"]) expect(text).toContain(dialect);
    expect(text).not.toMatch(/SLUICE_TEST_KEY|"key/i);
  });
});

test("what a first visit draws, closed dialogs too, has its rules in the first stylesheet", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab" });
  const late = await page.evaluate(async () => {
    const classes = (rules: CSSRuleList): string[] => [...rules].flatMap((rule) => [...(rule instanceof CSSStyleRule ? (rule.selectorText.match(/\.sl-[\w-]+/g) ?? []) : []), ...("cssRules" in rule ? classes(rule.cssRules as CSSRuleList) : [])]);
    const first = new Set([...document.styleSheets].filter((sheet) => !sheet.href?.endsWith("/pages.css")).flatMap((sheet) => classes(sheet.cssRules)));
    const second = new CSSStyleSheet();
    second.replaceSync(await (await fetch("/pages.css")).text());
    const others = [...new Set(classes(second.cssRules))].filter((name) => !first.has(name));
    if (first.size < 50 || others.length < 50) throw new Error(`${first.size} and ${others.length} classes were found`);
    return others.filter((name) => document.querySelector(`body ${name}`));
  });
  expect(late).toEqual([]);
});
