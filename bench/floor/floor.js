// The floor of the bench: the same run list from the same gateway by hand, without a framework. What a page like this costs at
// least; it is not a part of the product.

const FLOW = "wf_po_invoice_recon";
const LIST = `/api/c/retab/workflows/runs?workflow_id=${FLOW}&limit=50&order=desc&sort_by=created_at`;
const COUNTS = `/api/c/retab/workflows/runs/counts?workflow_id=${FLOW}`;

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  body { font: 14px/1.5 system-ui, sans-serif; margin: 0; }
  header, main { padding: 12px 24px; }
  header { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: start; padding: 6px 12px; border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
  td { font-variant-numeric: tabular-nums; }
`);
document.adoptedStyleSheets = [sheet];

async function read(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

const count = new Intl.NumberFormat("en");
const when = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

function duration(start, end) {
  if (!start || !end) return "";
  const seconds = Math.round((Date.parse(end) - Date.parse(start)) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours} h ${minutes} min` : minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

function row(run, number) {
  const tr = document.createElement("tr");
  tr.dataset.run = run.id;
  const link = document.createElement("a");
  link.href = `/c/retab/runs/${encodeURIComponent(run.id)}`;
  link.textContent = `#${count.format(number)}`;
  tr.insertCell().append(link);
  const started = run.started_at ?? run.created_at;
  for (const text of [run.status, run.trigger_type ?? "", when.format(new Date(started)), duration(run.started_at, run.completed_at)]) {
    tr.insertCell().textContent = text;
  }
  return tr;
}

try {
  const [list, counts] = await Promise.all([read(LIST), read(COUNTS)]);
  const rows = document.createDocumentFragment();
  list.data.forEach((run, place) => rows.append(row(run, counts.total - place)));
  document.querySelector("tbody").append(rows);
} catch (error) {
  const problem = document.getElementById("problem");
  problem.textContent = `The runs could not be read. ${error.message}`;
  problem.hidden = false;
}
