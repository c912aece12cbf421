//! From samples to a table in Markdown.

use std::fmt::Write;

use serde_json::Value;

/// The section "navigation to first row"; `None` if a sample is missing.
pub(super) fn first_row(measured: &Value) -> Option<String> {
    let runs = measured["runs"].as_u64()?;
    let mut text = format!("{}: {runs} cold loads of each page per condition, in turn, on the same server.\n\n", machine(measured));
    text.push_str("| CPU | app, median (p95) | floor page, median (p95) | ratio of medians | budget |\n");
    text.push_str("|---|---|---|---|---|\n");
    for condition in measured["conditions"].as_array()? {
        let app = samples(&condition["app"])?;
        let floor = samples(&condition["floor"])?;
        writeln!(
            text,
            "| {} | {:.0} ms ({:.0}) | {:.0} ms ({:.0}) | {:.2} × | ≤ 2.0 × |",
            condition["name"].as_str()?,
            quantile(&app, 0.5),
            quantile(&app, 0.95),
            quantile(&floor, 0.5),
            quantile(&floor, 0.95),
            quantile(&app, 0.5) / quantile(&floor, 0.5),
        )
        .ok()?;
    }
    Some(text.trim_end().to_owned())
}

/// The section "a keystroke in a large form"; `None` if a sample is missing.
pub(super) fn typing(measured: &Value) -> Option<String> {
    let fields = measured["fields"].as_u64()?;
    let mut text = format!("{}: a form of {fields} fields, in Chromium without a GPU.\n\n", machine(measured));
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

fn spread(sorted: &[f64]) -> String {
    format!("{:.1} ms ({:.1}, {:.1})", quantile(sorted, 0.5), quantile(sorted, 0.95), quantile(sorted, 1.0))
}

/// When, where and with what, and how busy it was.
fn machine(measured: &Value) -> String {
    let of = |key: &str| measured["machine"][key].as_str().unwrap_or("unknown");
    let busy = of("load");
    format!("Measured {} at {} on {} (load average {busy} right before) with {}", of("date"), of("commit"), of("cpu"), of("browser"))
}

/// Milliseconds, sorted; `None` if there is none or one is not a positive number.
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
    fn the_table_shows_medians_and_their_ratio() {
        let measured = json!({
            "runs": 3,
            "machine": {"cpu": "2 cores", "browser": "Chromium 156", "date": "2026-11-21", "commit": "abc"},
            "conditions": [{"name": "as it is", "app": [300.0, 100.0, 200.0], "floor": [90.0, 100.0, 110.0]}],
        });
        let table = first_row(&measured).unwrap();
        assert!(table.contains("3 cold loads"), "{table}");
        assert!(table.ends_with("| as it is | 200 ms (290) | 100 ms (109) | 2.00 × | ≤ 2.0 × |"), "{table}");
    }

    #[test]
    fn keystrokes_beyond_a_frame_are_counted_and_the_load_is_told() {
        let measured = json!({
            "fields": 500,
            "machine": {"cpu": "2 cores", "browser": "Chromium 156", "date": "2026-11-22", "commit": "abc", "load": "3.1"},
            "conditions": [{"cpu": "as it is", "form": "untouched", "samples": {"cpu": [4.0, 20.0, 2.0], "frame": [9.0, 30.0, 16.0]}}],
        });
        let table = typing(&measured).unwrap();
        assert!(table.contains("(load average 3.1 right before) with Chromium 156: a form of 500 fields"), "{table}");
        assert!(table.ends_with("| as it is | untouched | 3 | 4.0 ms (18.4, 20.0) | 16.0 ms (28.6, 30.0) | 1 |"), "{table}");
    }

    #[test]
    fn a_condition_without_samples_is_no_result() {
        let measured = json!({"runs": 1, "conditions": [{"name": "x", "app": [], "floor": [1.0]}]});
        assert_eq!(first_row(&measured), None);
    }

    #[test]
    fn only_the_text_between_the_markers_changes() {
        let page = "# P\n<!-- first-row -->\nold\n<!-- /first-row -->\nrest";
        assert_eq!(replace_between_markers(page, "first-row", "new").unwrap(), "# P\n<!-- first-row -->\nnew\n<!-- /first-row -->\nrest");
        assert_eq!(replace_between_markers("# P", "first-row", "new"), None);
    }
}
