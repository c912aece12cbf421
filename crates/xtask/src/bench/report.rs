//! From samples to a table in Markdown.

use std::fmt::Write;

use serde_json::Value;

/// The section "navigation to first row"; `None` if a sample is missing.
pub(super) fn first_row(measured: &Value) -> Option<String> {
    let mut text = String::new();
    let machine = |key: &str| measured["machine"][key].as_str().unwrap_or("unknown");
    let runs = measured["runs"].as_u64()?;
    writeln!(
        text,
        "Measured {} at {} on {} with {}: {runs} cold loads of each page per condition, in turn, on the same server.\n",
        machine("date"),
        machine("commit"),
        machine("cpu"),
        machine("browser"),
    )
    .ok()?;
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
