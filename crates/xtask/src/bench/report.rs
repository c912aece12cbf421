//! From samples to a table in Markdown.

use std::fmt::Write;

use serde_json::Value;

/// When, where and with what it was measured, how busy it was, and how to repeat it.
pub(super) fn origin(measured: &Value, command: &str, busy: &str) -> String {
    let of = |key: &str| measured["machine"][key].as_str().unwrap_or("unknown");
    format!(
        "Measured {} at {} on {} (load average {} right before{busy}) with {}, by `{command}`.",
        of("date"),
        of("commit"),
        of("cpu"),
        of("load"),
        of("browser"),
    )
}

/// Until something is on the screen, in the app and on the floor page; `None` if a sample is missing.
pub(super) fn shown(measured: &Value, budget: Option<f64>) -> Option<String> {
    let runs = measured["runs"].as_u64()?;
    let mut text = format!("{runs} of each page per condition, in turn.\n\n");
    text.push_str("| rows | CPU and line | app, median (p95) | floor page, median (p95) | ratio of medians |");
    let more = if budget.is_some() { " budget |" } else { "" };
    writeln!(text, "{more}\n|---|---|---|---|---|{}", if budget.is_some() { "---|" } else { "" }).ok()?;
    for condition in measured["conditions"].as_array()? {
        let (app, floor) = (samples(&condition["app"])?, samples(&condition["floor"])?);
        let ratio = quantile(&app, 0.5) / quantile(&floor, 0.5);
        write!(text, "| {} | {} | {ratio:.2} × |", setting(condition)?, [&app, &floor].map(|taken| whole(taken)).join(" | ")).ok()?;
        match budget {
            Some(budget) => writeln!(text, " ≤ {budget:.1} ×: {} |", verdict(ratio <= budget)),
            None => writeln!(text),
        }
        .ok()?;
    }
    Some(text.trim_end().to_owned())
}

/// Half a minute of nothing; `None` if a sample is missing.
pub(super) fn idle(measured: &Value) -> Option<String> {
    let (seconds, rounds) = (measured["seconds"].as_u64()?, measured["rounds"].as_u64()?);
    let mut text = format!("Medians of {rounds} times {seconds} s.\n\n");
    text.push_str(
        "| rows | CPU and line | requests, app / floor | CPU time, app (of it in scripts) | CPU time, floor (of it in scripts) | ratio |\n",
    );
    text.push_str("|---|---|---|---|---|---|\n");
    for condition in measured["conditions"].as_array()? {
        let median = |page: &str, of: &str| Some(quantile(&samples(&condition[page][of])?, 0.5));
        let cpu = |page: &str| Some(format!("{:.0} ms ({:.0})", median(page, "cpu")?, median(page, "script")?));
        writeln!(
            text,
            "| {} | {:.0} / {:.0} | {} | {} | {:.1} × |",
            setting(condition)?,
            median("app", "requests")?,
            median("floor", "requests")?,
            cpu("app")?,
            cpu("floor")?,
            median("app", "cpu")? / median("floor", "cpu")?,
        )
        .ok()?;
    }
    Some(text.trim_end().to_owned())
}

/// When the heap is told, in minutes, besides the end: once the page has settled, and early on.
const MARKS: [u64; 2] = [1, 10];
/// An app whose heap has grown by more than this beyond the floor page's growth is not flat.
const FLAT: f64 = 0.01;

/// What an open page keeps; `None` if a sample is missing.
pub(super) fn heap(measured: &Value) -> Option<String> {
    let end = measured["minutes"].as_u64()?;
    let marks: Vec<u64> = MARKS.into_iter().filter(|mark| *mark < end).chain([end]).collect();
    let since = marks[marks.len().saturating_sub(2)];
    let pages = measured["pages"].as_array()?.iter().map(|page| Kept::read(page, &marks, since, end)).collect::<Option<Vec<_>>>()?;
    let mut text = String::from("| rows | CPU and line | page |");
    for mark in &marks {
        write!(text, " after {mark} min |").ok()?;
    }
    writeln!(
        text,
        " of it scripts, document, WebAssembly | nodes | polls | growth from minute {since} on | beyond the floor page's | budget |"
    )
    .ok()?;
    writeln!(text, "|{}", "---|".repeat(marks.len() + 9)).ok()?;
    for page in &pages {
        let marks: Vec<String> = page.marks.iter().copied().map(megabytes).collect();
        let last = page.last;
        let parts: Vec<String> = PARTS.iter().map(|part| Some(megabytes(last[part].as_f64()?))).collect::<Option<_>>()?;
        write!(
            text,
            "| {} | {} | {} | {} | {} | {} | {:+.0} kB |",
            page.setting,
            page.which,
            marks.join(" | "),
            parts.join(", "),
            last["nodes"].as_u64()?,
            last["polls"].as_u64()?,
            page.growth / 1_000.0,
        )
        .ok()?;
        match pages.iter().find(|floor| page.which == "app" && floor.which == "floor" && floor.setting == page.setting) {
            Some(floor) => {
                let beyond = page.growth - floor.growth;
                let share = beyond / page.marks.last()?;
                writeln!(text, " {:+.0} kB ({:+.1} %) | flat: {} |", beyond / 1_000.0, share * 100.0, verdict(share <= FLAT)).ok()?;
            }
            None => writeln!(text, " | |").ok()?,
        }
    }
    Some(text.trim_end().to_owned())
}

/// One page over the hour, in bytes.
struct Kept<'a> {
    which: &'a str,
    setting: String,
    marks: Vec<f64>,
    growth: f64,
    last: &'a Value,
}

impl<'a> Kept<'a> {
    fn read(page: &'a Value, marks: &[u64], since: u64, end: u64) -> Option<Self> {
        let samples = page["samples"].as_array()?;
        let at = |minute: u64| samples.iter().find(|sample| sample["minute"].as_u64() == Some(minute));
        let kept = |minute: u64| PARTS.iter().map(|part| at(minute)?[part].as_f64()).sum::<Option<f64>>();
        Some(Self {
            which: page["which"].as_str()?,
            setting: setting(page)?,
            marks: marks.iter().map(|mark| kept(*mark)).collect::<Option<_>>()?,
            growth: growth(samples.iter().filter_map(|sample| sample["minute"].as_u64()).filter(|minute| *minute >= since), kept)?,
            last: at(end)?,
        })
    }
}

/// Between the medians of the earlier and of the later half of the samples: a single one goes up and down by more than an hour adds.
fn growth(minutes: impl Iterator<Item = u64>, kept: impl Fn(u64) -> Option<f64>) -> Option<f64> {
    let kept: Vec<f64> = minutes.map(kept).collect::<Option<_>>()?;
    let median = |half: &[f64]| {
        let mut half = half.to_vec();
        half.sort_by(f64::total_cmp);
        quantile(&half, 0.5)
    };
    (!kept.is_empty()).then(|| median(&kept[kept.len() / 2..]) - median(&kept[..kept.len().div_ceil(2)]))
}

const PARTS: [&str; 3] = ["script", "document", "wasm"];

/// What the gateway adds, in milliseconds at the median.
const RELAY: f64 = 1.0;

/// Calls straight to the vendor and through the gateway; `None` if a sample is missing.
pub(super) fn relay(measured: &Value) -> Option<String> {
    let mut text = String::from("| call | answer | calls | straight, median (p95) | relayed, median (p95) | the gateway adds | budget |\n");
    text.push_str("|---|---|---|---|---|---|---|\n");
    for condition in measured["conditions"].as_array()? {
        let (straight, relayed) = (samples(&condition["straight"])?, samples(&condition["relayed"])?);
        let added = quantile(&relayed, 0.5) - quantile(&straight, 0.5);
        let fine = |taken: &[f64]| format!("{:.2} ms ({:.2})", quantile(taken, 0.5), quantile(taken, 0.95));
        writeln!(
            text,
            "| {} | {:.0} kB | {} | {} | {} | {added:.2} ms | ≤ {RELAY:.0} ms: {} |",
            condition["call"].as_str()?,
            condition["bytes"].as_f64()? / 1_000.0,
            relayed.len(),
            fine(&straight),
            fine(&relayed),
            verdict(added <= RELAY),
        )
        .ok()?;
    }
    Some(text.trim_end().to_owned())
}

/// The section "a keystroke in a large form"; `None` if a sample is missing.
pub(super) fn typing(measured: &Value) -> Option<String> {
    let fields = measured["fields"].as_u64()?;
    let mut text = format!("A form of {fields} fields, in Chromium without a GPU.\n\n");
    text.push_str(
        "| CPU | form | keystrokes | CPU time, median (p95, longest) | until its frame is drawn | beyond 16.7 ms of CPU time |\n",
    );
    text.push_str("|---|---|---|---|---|---|\n");
    for condition in measured["conditions"].as_array()? {
        let (work, frame) = (samples(&condition["samples"]["cpu"])?, samples(&condition["samples"]["frame"])?);
        let beyond = work.iter().filter(|millis| **millis > FRAME).count();
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {beyond} |",
            condition["cpu"].as_str()?,
            condition["form"].as_str()?,
            work.len(),
            spread(&work),
            spread(&frame),
        )
        .ok()?;
    }
    Some(text.trim_end().to_owned())
}

/// What one of 60 frames a second has, in milliseconds.
const FRAME: f64 = 1000.0 / 60.0;

/// `1,000 | 4 times slower, fast 4G`
fn setting(condition: &Value) -> Option<String> {
    Some(format!("{} | {}", thousands(condition["rows"].as_u64()?), condition["line"].as_str()?))
}

fn thousands(count: u64) -> String {
    if count < 1_000 { count.to_string() } else { format!("{},{:03}", count / 1_000, count % 1_000) }
}

fn megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1_000_000.0)
}

const fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "**missed**" }
}

fn whole(sorted: &[f64]) -> String {
    format!("{:.0} ms ({:.0})", quantile(sorted, 0.5), quantile(sorted, 0.95))
}

fn spread(sorted: &[f64]) -> String {
    format!("{:.1} ms ({:.1}, {:.1})", quantile(sorted, 0.5), quantile(sorted, 0.95), quantile(sorted, 1.0))
}

/// Figures, sorted; `None` if there is none or one is not a positive number.
fn samples(value: &Value) -> Option<Vec<f64>> {
    let mut samples: Vec<f64> = value.as_array()?.iter().map(Value::as_f64).collect::<Option<_>>()?;
    let usable = !samples.is_empty() && samples.iter().all(|sample| sample.is_finite() && *sample > 0.0);
    samples.sort_by(f64::total_cmp);
    usable.then_some(samples)
}

/// Linear between the two nearest ranks; `sorted` is not empty.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index into a few hundred samples"
)]
fn quantile(sorted: &[f64], at: f64) -> f64 {
    let place = at * (sorted.len() - 1) as f64;
    let below = sorted[place.floor() as usize];
    let above = sorted[place.ceil() as usize];
    below + (above - below) * place.fract()
}

/// Replaces what stands between `<!-- name -->` and `<!-- /name -->`.
pub(super) fn replace_between_markers(page: &str, name: &str, content: &str) -> Option<String> {
    let open = format!("<!-- {name} -->");
    let close = format!("<!-- /{name} -->");
    let start = page.find(&open)? + open.len();
    let end = start + page[start..].find(&close)?;
    Some(format!("{}\n{content}\n{}", &page[..start], &page[end..]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn the_table_shows_medians_their_ratio_and_whether_the_budget_is_met() {
        let condition = |app: f64| json!({"rows": 1000, "line": "as it is", "app": [app, 100.0, 300.0], "floor": [90.0, 100.0, 110.0]});
        let measured = json!({"runs": 3, "conditions": [condition(200.0), condition(250.0)]});
        let table = shown(&measured, Some(2.0)).unwrap();
        assert!(table.starts_with("3 of each page"), "{table}");
        assert!(table.contains("\n| 1,000 | as it is | 200 ms (290) | 100 ms (109) | 2.00 × | ≤ 2.0 ×: met |\n"), "{table}");
        assert!(table.ends_with("| 2.50 × | ≤ 2.0 ×: **missed** |"), "{table}");
        let table = shown(&measured, None).unwrap();
        assert!(table.ends_with("| 100 ms (109) | 2.50 × |"), "{table}");
    }

    #[test]
    fn where_and_how_it_was_measured_stands_above() {
        let measured =
            json!({"machine": {"cpu": "2 cores", "browser": "Chromium 156", "date": "2026-11-22", "commit": "abc", "load": "3.1"}});
        assert_eq!(
            origin(&measured, "cargo xtask bench --only idle", ", other work used 40 % of the CPU"),
            "Measured 2026-11-22 at abc on 2 cores (load average 3.1 right before, other work used 40 % of the CPU) with Chromium 156, \
             by `cargo xtask bench --only idle`."
        );
    }

    #[test]
    fn keystrokes_beyond_a_frame_are_counted() {
        let measured = json!({
            "fields": 500,
            "conditions": [{"cpu": "as it is", "form": "untouched", "samples": {"cpu": [4.0, 20.0, 2.0], "frame": [9.0, 30.0, 16.0]}}],
        });
        let table = typing(&measured).unwrap();
        assert!(table.contains("A form of 500 fields"), "{table}");
        assert!(table.ends_with("| as it is | untouched | 3 | 4.0 ms (18.4, 20.0) | 16.0 ms (28.6, 30.0) | 1 |"), "{table}");
    }

    #[test]
    fn an_idle_page_is_told_by_requests_and_cpu_time() {
        let page = |cpu: f64| json!({"requests": [12, 11, 12], "cpu": [cpu, cpu, cpu], "script": [10.0, 20.0, 30.0]});
        let measured =
            json!({"seconds": 30, "rounds": 3, "conditions": [{"rows": 50, "line": "as it is", "app": page(300.0), "floor": page(100.0)}]});
        let table = idle(&measured).unwrap();
        assert!(table.ends_with("| 50 | as it is | 12 / 12 | 300 ms (20) | 100 ms (20) | 3.0 × |"), "{table}");
    }

    fn watched(which: &str, ends: [u64; 3]) -> Value {
        let sample = |minute: u64, script: u64| json!({"minute": minute, "script": script, "document": 2_000_000, "wasm": 3_000_000, "nodes": 700, "polls": minute * 10});
        json!({"which": which, "rows": 50, "line": "as it is", "samples": [sample(1, ends[0]), sample(10, ends[1]), sample(60, ends[2])]})
    }

    #[test]
    fn a_heap_is_flat_if_it_grows_no_more_than_the_floor_pages() {
        let floor = watched("floor", [1_000_000, 1_000_000, 1_400_000]);
        let measured = json!({"minutes": 60, "pages": [watched("app", [1_000_000, 5_000_000, 5_450_000]), floor]});
        let table = heap(&measured).unwrap();
        let expected = "| 50 | as it is | app | 6.0 MB | 10.0 MB | 10.4 MB | 5.5 MB, 2.0 MB, 3.0 MB | 700 | 600 | +450 kB | +50 kB (+0.5 %) | flat: met |\n";
        assert!(table.contains(expected), "{table}");
        assert!(table.ends_with("| 700 | 600 | +400 kB | | |"), "{table}");
        let measured = json!({"minutes": 60, "pages": [watched("app", [1_000_000, 5_000_000, 6_000_000]), floor]});
        let table = heap(&measured).unwrap();
        assert!(table.contains("| +1000 kB | +600 kB (+5.5 %) | flat: **missed** |"), "{table}");
    }

    #[test]
    fn a_heap_watched_for_a_minute_has_one_column() {
        let sample = json!({"minute": 1, "script": 1, "document": 2, "wasm": 0, "nodes": 7, "polls": 10});
        let table =
            heap(&json!({"minutes": 1, "pages": [{"which": "floor", "rows": 1000, "line": "as it is", "samples": [sample]}]})).unwrap();
        assert!(table.contains("| 1,000 | as it is | floor | 0.0 MB |"), "{table}");
    }

    #[test]
    fn what_the_gateway_adds_is_the_difference_of_the_medians() {
        let measured =
            json!({"conditions": [{"call": "50 runs", "bytes": 31_400, "straight": [1.0, 2.0, 3.0], "relayed": [2.5, 3.5, 9.0]}]});
        let table = relay(&measured).unwrap();
        assert!(table.ends_with("| 50 runs | 31 kB | 3 | 2.00 ms (2.90) | 3.50 ms (8.45) | 1.50 ms | ≤ 1 ms: **missed** |"), "{table}");
    }

    #[test]
    fn a_condition_without_samples_is_no_result() {
        let measured = json!({"runs": 1, "conditions": [{"rows": 50, "line": "x", "app": [], "floor": [1.0]}]});
        assert_eq!(shown(&measured, None), None);
    }

    #[test]
    fn only_the_text_between_the_markers_changes() {
        let page = "# P\n<!-- first-row -->\nold\n<!-- /first-row -->\nrest";
        assert_eq!(replace_between_markers(page, "first-row", "new").unwrap(), "# P\n<!-- first-row -->\nnew\n<!-- /first-row -->\nrest");
        assert_eq!(replace_between_markers("# P", "first-row", "new"), None);
    }

    #[test]
    fn one_high_sample_is_no_growth() {
        let minutes = || [10, 20, 30, 40, 50, 60].into_iter();
        let at = |of: [f64; 6]| growth(minutes(), move |minute| of.get(usize::try_from(minute / 10 - 1).unwrap()).copied()).unwrap();
        assert!(at([10.0, 11.0, 11.0, 11.0, 11.0, 19.0]).abs() < f64::EPSILON);
        assert!((at([10.0, 11.0, 12.0, 13.0, 14.0, 15.0]) - 3.0).abs() < f64::EPSILON);
        assert!(
            (growth([1, 10].into_iter(), |minute| Some(f64::from(u32::try_from(minute).unwrap()))).unwrap() - 9.0).abs() < f64::EPSILON
        );
        assert!(growth(std::iter::empty(), |_| None).is_none());
    }
}
