import { chromium } from "@playwright/test";
const [path, name, width, theme, ...steps] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: Number(width), height: Number(width) < 500 ? 844 : 900 }, colorScheme: theme, timezoneId: "Europe/Berlin", locale: "en-GB" });
page.on("console", (m) => { if (m.type() === "error") console.log("console:", m.text().slice(0, 400)); });
page.on("pageerror", (e) => console.log("pageerror:", e.message.slice(0, 400)));
await page.addInitScript(() => localStorage.setItem("sluice.name", "Ada Lovelace"));
await page.goto("http://127.0.0.1:8731" + path);
await page.waitForTimeout(3500);
for (const step of steps) {
  const [kind, ...rest] = step.split(":"); const arg = rest.join(":");
  if (kind === "click") await page.locator(arg).first().click();
  if (kind === "key") await page.keyboard.press(arg);
  if (kind === "type") await page.keyboard.type(arg);
  if (kind === "wait") await page.waitForTimeout(Number(arg));
  if (kind === "hover") await page.locator(arg).first().hover();
  if (kind === "eval") console.log(await page.evaluate(arg));
  if (kind === "shot") await page.screenshot({ path: `/tmp/desk-look/${arg}.png` });
}
console.log("title:", await page.title(), "url:", page.url());
await page.screenshot({ path: `/tmp/desk-look/${name}.png` });
await browser.close();
