//! The special runs of the showcase.

use serde_json::{Value, json};

use super::{assemble, error, invoice, output, plain, step};
use crate::engine::ids;
use crate::engine::model::{Attempt, Decision, Dialect, FileRow, Flow, Review, ReviewState, RunDetail, Status, StatusEvent, Step, Work};
use crate::engine::rng::SplitMix64;

const HOUR: i64 = 3_600_000;

pub(super) fn failed(flow: &Flow, stage: &str, message: &str) -> RunDetail {
    let mut all = plain(flow, Status::Failed);
    let categories = [("execution", "permanent"), ("output_storage", "transient"), ("history_payload", "quota")];
    let category = categories.iter().find(|(name, _)| *name == stage).map_or("permanent", |(_, category)| category);
    let mut error = error(flow, stage, message);
    error.category = category.to_owned();
    if stage != "execution" {
        error.stack = None;
    }
    if let Some(step) = all.steps.iter_mut().find(|step| step.status == Status::Failed) {
        step.error = Some(error.clone());
    }
    for attempt in &mut all.attempts {
        attempt.error = Some(message.to_owned());
    }
    for event in all.events.iter_mut().filter(|event| event.status == Status::Failed) {
        event.message = message.to_owned();
    }
    all.run.error = Some(error);
    all.run.name = Some(format!("Fails at {}", stage.replace('_', " ")));
    all
}

/// A text that breaks careless pages, in every place that holds text.
pub(super) fn odd(flow: &Flow, label: &str, text: &str) -> RunDetail {
    let mut all = plain(flow, Status::Failed);
    let short: String = text.chars().take(400).collect();
    all.run.name = Some(short.clone());
    all.run.metadata = json!({"kind": label, "text": text, short.clone(): "as a key"});
    all.run.input = json!({"text": text});
    if let Some(error) = &mut all.run.error {
        error.message = text.to_owned();
        error.context = json!({"text": text});
    }
    let failed = all.run.error.clone();
    for step in &mut all.steps {
        if step.error.is_some() {
            step.error.clone_from(&failed);
        }
        if !step.output.is_null() {
            step.output = json!({"text": text, "list": [text, {"nested": text}]});
        }
        step.label = short.clone();
    }
    for event in all.events.iter_mut().filter(|event| event.status == Status::Failed) {
        event.message = text.to_owned();
    }
    all
}

/// Numbers that floats cannot hold, and other values that are easily damaged.
pub(super) fn numbers(flow: &Flow) -> RunDetail {
    let text = r#"{"kept": 1234.560, "above_2_53": 9007199254740993, "digits": 12345678901234567890.123456789,
        "exponent": 1.50e3, "negative_zero": -0.0, "empty": "", "null": null, "false": false, "list": [], "object": {},
        "number_as_text": "007", "deep": {"a": {"b": {"c": {"d": {"e": [1, [2, [3]]]}}}}}}"#;
    let mut all = plain(flow, Status::Completed);
    let value: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    for step in &mut all.steps {
        step.output = value.clone();
    }
    if let Some(last) = all.steps.last() {
        all.run.output = json!({ last.node.clone(): value });
    }
    all.run.name = Some("Numbers that keep their digits".to_owned());
    all
}

/// The second step fails twice for a passing reason, then succeeds.
pub(super) fn retried(flow: &Flow) -> RunDetail {
    let mut all = plain(flow, Status::Completed);
    let Some(done) = all.steps.get(1).cloned() else { return all };
    let mut tries = Vec::new();
    for retry in 0..2 {
        let mut attempt = error(flow, "execution", "The extraction model did not answer within 120 s");
        attempt.category = "transient".to_owned();
        attempt.code = "model_timeout".to_owned();
        let start = 4_000 + retry * 2_000;
        let mut again = step(flow, 1, Status::Failed, start, 1_500);
        again.retry = retry;
        again.error = Some(attempt);
        tries.push(again);
    }
    let mut last = done;
    last.retry = 2;
    last.started_at = Some(8_000);
    last.finished_at = Some(11_800);
    tries.push(last);
    all.steps.splice(1..2, tries);
    renamed(all, "Third try succeeds")
}

/// A whole first attempt that fails and a second that completes.
pub(super) fn attempts(flow: &Flow) -> RunDetail {
    let first = plain(flow, Status::Failed);
    let mut all = plain(flow, Status::Completed);
    let offset = first.run.finished_at.unwrap_or(0) + 60_000;
    for step in &mut all.steps {
        step.attempt = 2;
        step.started_at = step.started_at.map(|at| at + offset);
        step.finished_at = step.finished_at.map(|at| at + offset);
        step.updated_at += offset;
    }
    all.steps.splice(0..0, first.steps);
    let end = all.run.finished_at.unwrap_or(0) + offset;
    all.run.attempt = 2;
    all.run.updated_at = end;
    all.run.finished_at = Some(end);
    all.run.duration_ms = Some(end);
    all.attempts = vec![
        Attempt {
            number: 1,
            status: Status::Failed,
            started_at: 0,
            finished_at: first.run.finished_at,
            error: first.run.error.map(|error| error.message),
        },
        Attempt { number: 2, status: Status::Completed, started_at: offset, finished_at: Some(end), error: None },
    ];
    all.events = first.events;
    all.events.push(StatusEvent { at: offset, status: Status::Running, message: "Executed again".to_owned() });
    all.events.push(StatusEvent { at: end, status: Status::Completed, message: "Flow completed successfully".to_owned() });
    renamed(all, "Second attempt succeeds")
}

/// The node behind the loop runs once for each section: `mr1_iter_0_extract-123` and so on.
pub(super) fn looped(flow: &Flow, rounds: usize, name: &str) -> RunDetail {
    let place = flow.nodes.iter().position(|node| node.work == Work::Loop).unwrap_or(0);
    let Some(node) = flow.nodes.get(place) else { return plain(flow, Status::Completed) };
    let inner = (place + 1).min(flow.nodes.len() - 1);
    let is_body = flow.nodes.get(inner).is_some_and(|n| n.work == Work::Task);
    let mut steps: Vec<Step> = Vec::new();
    let mut at = 0;
    for before in 0..=place {
        steps.push(done(flow, before, at, 900));
        at += 1_000;
    }
    for round in 0..rounds {
        let mut body = done(flow, if is_body { inner } else { place }, at, 380);
        body.id = format!("{}_iter_{round}_{}", node.id, body.node);
        body.label = format!("{} {}", body.label, round + 1);
        body.loop_id = Some(node.id.clone());
        body.iteration = i64::try_from(round).ok();
        body.output = json!({"section": round + 1, "title": format!("Section {}", round + 1)});
        steps.push(body);
        at += 400;
    }
    for after in (place + 1 + usize::from(is_body))..flow.nodes.len() {
        steps.push(done(flow, after, at, 900));
        at += 1_000;
    }
    // The whole count stays 1,000 however the dialect's flow is built.
    if rounds > 100 {
        steps.truncate(1_000);
        while steps.len() < 1_000 {
            steps.push(done(flow, flow.nodes.len() - 1, at, 10));
            at += 10;
        }
        unique(&mut steps);
    }
    assemble(flow, Status::Completed, name, steps, None)
}

fn unique(steps: &mut [Step]) {
    let mut seen = std::collections::HashSet::new();
    for (place, step) in steps.iter_mut().enumerate() {
        if !seen.insert(step.id.clone()) {
            step.id = format!("{}_{place}", step.id);
            seen.insert(step.id.clone());
        }
    }
}

fn done(flow: &Flow, place: usize, at: i64, length: i64) -> Step {
    let mut step = step(flow, place, Status::Completed, at, length);
    step.output = output(step.work, place);
    step
}

/// Nine days with a person, seconds of work.
pub(super) fn waited_long(flow: &Flow) -> RunDetail {
    let mut all = plain(flow, Status::Completed);
    let wait = 216 * HOUR;
    let Some(place) = all.steps.iter().position(|step| step.work == Work::Review) else {
        return renamed(all, "Nobody was asked");
    };
    for (index, step) in all.steps.iter_mut().enumerate() {
        step.started_at = step.started_at.map(|at| at + if index > place { wait } else { 0 });
        step.finished_at = step.finished_at.map(|at| at + if index >= place { wait } else { 0 });
        step.updated_at = step.finished_at.unwrap_or(step.updated_at);
    }
    let opened = all.steps.get(place).and_then(|step| step.started_at).unwrap_or(0);
    let end = all.run.finished_at.unwrap_or(0) + wait;
    all.run.waited_ms = wait;
    all.run.updated_at = end;
    all.run.finished_at = Some(end);
    all.run.duration_ms = Some(end);
    // It ends when the others do, so it began nine days before.
    all.run.created_at -= wait;
    let shift = |time: &mut Option<i64>| *time = time.map(|at| at - wait);
    for step in &mut all.steps {
        shift(&mut step.started_at);
        shift(&mut step.finished_at);
        step.created_at -= wait;
        step.updated_at -= wait;
    }
    all.run.updated_at -= wait;
    shift(&mut all.run.started_at);
    shift(&mut all.run.finished_at);
    all.attempts = vec![Attempt { number: 1, status: Status::Completed, started_at: -wait, finished_at: Some(end - wait), error: None }];
    let reason = "The renewal clause is ambiguous";
    let mut asked = review(flow, place, 0, reason, opened - wait);
    asked.state = ReviewState::Completed;
    asked.started_by = Some("dana@example.com".to_owned());
    asked.started_at = Some(opened - 60_000);
    asked.updated_at = opened;
    asked.decision = Some(Decision {
        approved: true,
        modified: Some(terms(0)),
        command_id: None,
        by: "dana@example.com".to_owned(),
        at: opened,
        applied_at: Some(opened + 700),
    });
    if let Some(target) = place.checked_sub(1).and_then(|target| all.steps.get_mut(target)) {
        target.output = terms(0);
    }
    all.reviews.push(asked);
    let event = |at: i64, status: Status, message: &str| StatusEvent { at: at - wait, status, message: message.to_owned() };
    all.events = vec![
        event(0, Status::Running, "Flow started via api"),
        event(opened, Status::Waiting, reason),
        event(opened + wait, Status::Running, "Approved"),
        event(end, Status::Completed, "Flow completed successfully"),
    ];
    renamed(all, "Nine days with a person")
}

/// The last of those that wait has an invoice to look at.
const INVOICE: usize = 3;

/// Waits with contract terms to look at: another schema than the reconciliation's.
pub(super) fn asking(flow: &Flow, place: usize) -> RunDetail {
    let Some(at) = flow.nodes.iter().position(|node| node.work == Work::Review) else { return plain(flow, Status::Running) };
    let mut steps: Vec<Step> = (0..at).map(|i| done(flow, i, i64::try_from(i).unwrap_or(0) * 4_000, 3_800)).collect();
    steps.push(step(flow, at, Status::Waiting, i64::try_from(at).unwrap_or(0) * 4_000, 0));
    steps.extend((at + 1..flow.nodes.len()).map(|i| step(flow, i, Status::Pending, 0, 0)));
    // What is looked at is the output of the step before.
    if let Some(target) = at.checked_sub(1).and_then(|target| steps.get_mut(target)) {
        target.output = terms(place);
    }
    let reasons = [
        "The renewal clause is ambiguous",
        "Two signatories, one signature",
        "The term ends before it begins",
        "The total does not match the lines",
    ];
    let reason = reasons.get(place).copied().unwrap_or_default();
    let name = if place == INVOICE { "Invoice to review".to_owned() } else { format!("Terms to review {}", place + 1) };
    let mut all = assemble(flow, Status::Waiting, &name, steps, None);
    if let Some(event) = all.events.last_mut() {
        event.message = reason.to_owned();
    }
    let opened_at = all.run.waiting_since.unwrap_or(0);
    let mut review = review(flow, at, place, reason, opened_at);
    // One of them is being worked on already.
    if flow.dialect == Dialect::SuperAi && place == 1 {
        review.state = ReviewState::Started;
        review.started_at = Some(opened_at + 60_000);
        review.started_by = Some("dana@example.com".to_owned());
        review.updated_at = opened_at + 60_000;
    }
    all.reviews.push(review);
    all
}

fn review(flow: &Flow, at: usize, place: usize, reason: &str, opened_at: i64) -> Review {
    let id = |place: usize| flow.nodes.get(place).map(|node| node.id.clone()).unwrap_or_default();
    Review {
        n: 0,
        id: String::new(),
        run: 0,
        run_id: String::new(),
        flow_id: flow.id.clone(),
        node: id(at),
        target_node: id(at.saturating_sub(1)),
        attempt: 1,
        state: ReviewState::Pending,
        reason: reason.to_owned(),
        data: terms(place),
        schema: if place == INVOICE { invoice::schema() } else { terms_schema() },
        opened_at,
        updated_at: opened_at,
        started_at: None,
        started_by: None,
        decision: None,
    }
}

fn terms(place: usize) -> Value {
    if place == INVOICE {
        return invoice::data();
    }
    let party = ["Acme Corp", "Müller & Söhne KG", "شركة النور للتجارة"].get(place);
    json!({
        "party": {"name": party, "country": "DE", "vat_id": null},
        "begins": "2026-03-01",
        "ends": if place == 2 { json!("2026-02-01") } else { Value::Null },
        "renewal": "automatic",
        "notice_days": 90,
        "monthly_fee": serde_json::from_str::<Value>("1234.560").unwrap_or(Value::Null),
        "signatories": [{"name": "Dana Reyes", "signed": true}, {"name": "Li Wei", "signed": place != 1}],
        "remarks": null,
    })
}

/// JSON Schema of what the showcase's reviews show.
pub(crate) fn terms_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Contract terms",
        "type": "object",
        "required": ["party", "begins", "renewal", "notice_days"],
        "properties": {
            "party": {
                "type": "object", "title": "Other party", "required": ["name"],
                "properties": {
                    "name": {"type": "string", "title": "Name", "minLength": 1, "maxLength": 200},
                    "country": {"type": "string", "title": "Country", "pattern": "^[A-Z]{2}$"},
                    "vat_id": {"type": ["string", "null"], "title": "VAT number"},
                },
            },
            "begins": {"type": "string", "format": "date", "title": "Begins"},
            "ends": {"type": ["string", "null"], "format": "date", "title": "Ends"},
            "renewal": {"type": "string", "title": "Renewal", "enum": ["automatic", "on request", "none"]},
            "notice_days": {"type": "integer", "title": "Notice (days)", "minimum": 0, "maximum": 730},
            "monthly_fee": {"type": ["number", "null"], "title": "Monthly fee", "exclusiveMinimum": 0},
            "signatories": {
                "type": "array", "title": "Signatories", "minItems": 1, "maxItems": 10,
                "items": {
                    "type": "object", "required": ["name"],
                    "properties": {"name": {"type": "string", "title": "Name"}, "signed": {"type": "boolean", "title": "Signed"}},
                },
            },
            "remarks": {"type": ["string", "null"], "title": "Remarks", "maxLength": 4000},
        },
    })
}

/// Each run of a dialect with files has one, named as oddly as the run.
pub(super) fn files(all: &RunDetail) -> Vec<(FileRow, Vec<u8>)> {
    let dialect = all.run.dialect;
    if !dialect.is_retab() && dialect != Dialect::TableFlow {
        return Vec::new();
    }
    let name = all.run.name.clone().unwrap_or_default();
    let bytes = format!("Section,Text\n1,\"{}\"\n", name.replace('"', "\"\"")).into_bytes();
    let key = all.steps.first().filter(|step| step.work == Work::Document).map_or("contract", |step| &step.node);
    let id = ids::file(dialect, &mut SplitMix64::of(&[crate::demo::seed::hash(&name), all.steps.len() as u64, 8]));
    let row = FileRow {
        id,
        key: key.to_owned(),
        name: format!("{name}.csv"),
        mime: "text/csv".to_owned(),
        size: i64::try_from(bytes.len()).unwrap_or(0),
        metadata: json!({}),
        guidance: None,
    };
    vec![(row, bytes)]
}

fn renamed(mut all: RunDetail, name: &str) -> RunDetail {
    all.run.name = Some(name.to_owned());
    all
}
