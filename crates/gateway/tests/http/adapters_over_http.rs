//! Every adapter against the sandbox, over HTTP, through the gateway: the way a browser asks.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use gateway::execute::Carrier;
use gateway::upstream::{Connection, Key, Upstream};
use runs::adapter::{FlowQuery, InputKind, InputValue, RunRef, StartRequest};
use runs::model::{ActionOutcome, Numbering, Page, Place, Run, RunDetail};
use runs::query::RunQuery;
use runs::review::{Intent, Outcome, Review, ReviewState};
use runs::{Adapter, Dialect, ErrorKind, Json, RunAdapter, StatusKind};

use crate::support::*;

const RUNS: u64 = 260;
const RECONCILIATION: &str = "PO to invoice reconciliation";
const SHOWCASE: &str = "Contract intake";

/// A sandbox, a gateway before it, and what asks through it.
struct World {
    gateway: Gateway,
    sandbox: std::net::SocketAddr,
}

struct Vendor {
    adapter: &'static dyn Adapter,
    dialect: Dialect,
    carrier: Carrier,
}

impl World {
    async fn new() -> Self {
        let config = sandbox::Config { listen: "127.0.0.1:0".parse().unwrap(), runs: RUNS, quiet: true, ..sandbox::Config::default() };
        let running = sandbox::serve(config, std::future::pending()).await.unwrap();
        let sandbox = running.addr;
        let connections = gateway::sandboxed::connections(&running).unwrap();
        Self { gateway: gateway(connections).await, sandbox }
    }

    fn vendor(&self, dialect: Dialect) -> Vendor {
        // The browser's own key, if it had one, must make no difference: the gateway puts the configured one in its place.
        let base = self.gateway.url(&format!("/api/c/{}", dialect.slug()));
        let mut through = connection("browser", dialect, &base);
        through.max_response = 64 * 1024 * 1024;
        let headers = HeaderMap::from_iter([("x-sluice".parse().unwrap(), HeaderValue::from_static("1"))]);
        let carrier = Carrier::new(Arc::new(Upstream::new(through).unwrap()), headers);
        Vendor { adapter: dialect.adapter(), dialect, carrier }
    }

    async fn fault(&self, fault: &str) {
        let url = format!("http://{}/_sandbox/faults", self.sandbox);
        let request = client().post(url).bearer_auth("sandbox").header("content-type", "application/json").body(fault.to_owned());
        assert!(request.send().await.unwrap().status().is_success());
    }
}

impl Vendor {
    fn run_adapter(&self) -> &'static dyn RunAdapter {
        self.dialect.run_adapter()
    }

    async fn flow(&self, name: &str) -> String {
        let page = self.carrier.run(self.adapter.list_flows(&FlowQuery::default())).await.unwrap();
        page.items.into_iter().find(|flow| flow.name == name).unwrap_or_else(|| panic!("no flow {name}")).id
    }

    async fn page(&self, query: &RunQuery) -> Page<Run> {
        self.carrier.run(self.adapter.list_runs(query)).await.unwrap_or_else(|error| panic!("{:?}: {error:?}", self.dialect))
    }

    async fn detail(&self, run: &Run) -> RunDetail {
        let named = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
        let detail = self.carrier.run(self.run_adapter().get_run(&named)).await;
        detail.unwrap_or_else(|error| panic!("{:?} {}: {error:?}", self.dialect, run.id))
    }

    /// Every run of a flow, page after page, with the numbers that the pages give.
    async fn all(&self, flow: &str, limit: u32) -> (Vec<Run>, Vec<u64>) {
        let mut query = RunQuery { flow: Some(flow.to_owned()), limit, ..RunQuery::default() };
        let (mut runs, mut numbers) = (Vec::new(), Vec::new());
        loop {
            let page = self.page(&query).await;
            assert!(page.items.len() <= limit as usize);
            for (at, run) in page.items.iter().enumerate() {
                numbers.push(match page.first_number {
                    Numbering::Native => run.number.expect("a native number"),
                    Numbering::From(first) => first - at as u64,
                    // The one vendor that gives neither numbers nor totals.
                    Numbering::Underivable(runs::model::NoNumber::NoTotal) if self.dialect == Dialect::RetabReviews => continue,
                    Numbering::Underivable(why) => panic!("{:?}: no number after {} runs: {why:?}", self.dialect, runs.len()),
                });
            }
            runs.extend(page.items);
            let Some(older) = page.older else { return (runs, numbers) };
            query.place = older;
            query.first_number = numbers.last().map(|last| last - 1);
        }
    }

    /// Starts the reconciliation with two of the repository's sample documents.
    async fn start(&self, order: &str, invoice: &str, key: &str) -> Run {
        let flow = self.flow(RECONCILIATION).await;
        let form = self.carrier.run(self.run_adapter().describe_inputs(&flow)).await.unwrap();
        assert_eq!(form.flow.id, flow);
        let values = match self.dialect {
            Dialect::FlowStack | Dialect::SuperAi => {
                assert_eq!(form.fields[0].key, "");
                let both = serde_json::json!({ "purchase_order": text(order), "invoice": text(invoice) });
                vec![(String::new(), InputValue::Json(both))]
            }
            Dialect::TableFlow => vec![("purchase_order".into(), file(order)), ("invoice".into(), file(invoice))],
            Dialect::Retab | Dialect::RetabReviews => [("purchase-order", order), ("invoice", invoice)].map(retab_value).into(),
        };
        for (key, _) in &values {
            let field = form.fields.iter().find(|field| field.key == *key).unwrap_or_else(|| panic!("no field {key} in {form:?}"));
            assert!(!matches!(field.kind, InputKind::Text));
        }
        let request = StartRequest { flow, name: None, metadata: None, values, key: key.into() };
        self.carrier.run(self.run_adapter().start(request)).await.unwrap_or_else(|error| panic!("{:?}: {error:?}", self.dialect)).run
    }

    /// Follows a run until it satisfies `done`.
    async fn until(&self, run: &Run, done: impl Fn(&RunDetail) -> bool) -> RunDetail {
        for _ in 0..300 {
            let detail = self.detail(run).await;
            if done(&detail) {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{:?}: the run never got there: {:?}", self.dialect, self.detail(run).await.run)
    }

    /// Starts a run whose totals differ, and opens its review.
    async fn waiting_review(&self, key: &str) -> (Run, Review) {
        let run = self.start("purchase-order-4711.pdf", "invoice-4711.csv", key).await;
        let detail = self.until(&run, |detail| detail.run.status.kind == StatusKind::Waiting && !detail.reviews.is_empty()).await;
        let review = self.review(&detail.run, &detail.reviews[0].id).await;
        assert_eq!(review.state, ReviewState::Open);
        (detail.run, review)
    }

    async fn review(&self, run: &Run, id: &str) -> Review {
        let named = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
        self.carrier.run(self.run_adapter().get_review(&named, id)).await.unwrap()
    }

    async fn decide(&self, review: &Review, intent: &Intent) -> Outcome {
        self.carrier.run(self.run_adapter().decide(review, intent)).await.unwrap_or_else(|error| panic!("{:?}: {error:?}", self.dialect))
    }
}

fn bytes(name: &str) -> Vec<u8> {
    let path = format!("{}/../../samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A document for those who take no files: JSON as it is, everything else from its CSV twin.
fn text(name: &str) -> Json {
    let csv = name.replace(".pdf", ".csv");
    let text = String::from_utf8(bytes(&csv)).unwrap();
    if csv.ends_with(".json") { serde_json::from_str(&text).unwrap() } else { Json::String(text) }
}

fn file(name: &str) -> InputValue {
    let media_type = match name.rsplit_once('.').unwrap().1 {
        "pdf" => "application/pdf",
        "csv" => "text/csv",
        _ => "application/json",
    };
    InputValue::File { name: name.into(), media_type: media_type.into(), bytes: bytes(name) }
}

/// JSON goes to the JSON start node, every other file to the document's.
fn retab_value((what, name): (&str, &str)) -> (String, InputValue) {
    if name.ends_with(".json") {
        (format!("start-json-{what}"), InputValue::Json(text(name)))
    } else {
        (format!("start-{what}"), file(name))
    }
}

/// The data with the invoice's total corrected to the order's.
fn corrected(review: &Review, note: &str) -> Json {
    let mut data = review.data.clone();
    let order = data.pointer("/purchase_order/total").cloned().unwrap_or_else(|| panic!("no order total in {data}"));
    let invoice = data.pointer_mut("/invoice/total").expect("an invoice total");
    assert_ne!(*invoice, order, "the totals have to differ");
    *invoice = order;
    data["note"] = note.into();
    data
}

#[tokio::test]
async fn flows_and_their_inputs_are_found() {
    let world = World::new().await;
    for dialect in Dialect::ALL {
        let vendor = world.vendor(dialect);
        let page = vendor.carrier.run(vendor.adapter.list_flows(&FlowQuery::default())).await.unwrap();
        let names: BTreeSet<_> = page.items.iter().map(|flow| flow.name.as_str()).collect();
        assert!(names.is_superset(&BTreeSet::from([RECONCILIATION, SHOWCASE, "Ledger sync"])), "{dialect:?}: {names:?}");
        for flow in &page.items {
            let form = vendor.carrier.run(vendor.run_adapter().describe_inputs(&flow.id)).await.unwrap();
            assert_eq!(form.flow.name, flow.name);
        }
        let wrong = vendor.carrier.run(vendor.run_adapter().describe_inputs("no-such-flow")).await.unwrap_err();
        assert!(matches!(wrong.kind, ErrorKind::NotFound | ErrorKind::Invalid), "{dialect:?}: {wrong:?}");
    }
}

#[tokio::test]
async fn the_whole_history_is_paged_without_gaps_or_doubles() {
    let world = World::new().await;
    for dialect in Dialect::ALL {
        let vendor = world.vendor(dialect);
        let flow = vendor.flow(RECONCILIATION).await;
        let sizes = vendor.adapter.capabilities().page_sizes;
        let (runs, numbers) = vendor.all(&flow, *sizes.last().unwrap()).await;
        let ids: HashSet<_> = runs.iter().map(|run| run.id.as_str()).collect();
        assert_eq!(ids.len(), runs.len(), "{dialect:?}: an id came twice");
        if let Some(newest) = numbers.first() {
            assert!(*newest >= RUNS, "{dialect:?}: {} runs, the newest is number {newest}", runs.len());
        }
        assert!(runs.iter().all(|run| run.flow == flow), "{dialect:?}");
        assert!(runs.is_sorted_by(|newer, older| newer.created_at >= older.created_at), "{dialect:?}: newest first");
        // Native numbers count deleted runs too, which no list shows; derived ones count what is listed.
        let numbered = vendor.adapter.capabilities().numbers != runs::capability::NumberSource::None;
        assert!(runs.len() as u64 >= RUNS - 20, "{dialect:?}: {} runs", runs.len());
        assert_eq!(numbers.last().copied(), numbered.then_some(1), "{dialect:?}: the oldest run is the first");
        assert!(numbers.is_sorted_by(|newer, older| newer > older), "{dialect:?}");
        if numbered && dialect != Dialect::SuperAi {
            assert_eq!(numbers, (1..=runs.len() as u64).rev().collect::<Vec<_>>(), "{dialect:?}");
        }
        // Another page size walks the same list.
        let (again, same) = vendor.all(&flow, *sizes.first().unwrap()).await;
        assert!(again.iter().map(|run| &run.id).eq(runs.iter().map(|run| &run.id)), "{dialect:?}");
        assert_eq!(numbers, same, "{dialect:?}");
    }
}

#[tokio::test]
async fn the_status_filter_gives_only_what_was_asked() {
    let world = World::new().await;
    for dialect in Dialect::ALL {
        let vendor = world.vendor(dialect);
        let flow = vendor.flow(RECONCILIATION).await;
        let (all, _) = vendor.all(&flow, 100).await;
        let capabilities = vendor.adapter.capabilities();
        for kind in capabilities.status_filter {
            let expected = all.iter().filter(|run| run.status.kind == *kind).count();
            let mut query = RunQuery { flow: Some(flow.clone()), statuses: vec![*kind], limit: 100, ..RunQuery::default() };
            let mut found = 0;
            loop {
                let page = vendor.page(&query).await;
                assert!(page.items.iter().all(|run| run.status.kind == *kind), "{dialect:?} {kind:?}: {:?}", page.items);
                found += page.items.len();
                let Some(older) = page.older else { break };
                query.place = older;
            }
            assert_eq!(found, expected, "{dialect:?} {kind:?}");
        }
    }
}

#[tokio::test]
async fn a_run_of_every_status_opens() {
    let world = World::new().await;
    for (dialect, words) in [
        (Dialect::Retab, &["pending", "queued", "running", "waiting_for_human", "completed", "error", "cancelled"][..]),
        (Dialect::RetabReviews, &["pending", "running", "awaiting_review", "completed", "error", "cancelled"][..]),
        (Dialect::TableFlow, &["processing", "review", "completed", "failed"][..]),
        (Dialect::FlowStack, &["RUNNING", "SUCCEEDED", "FAILED"][..]),
        (
            Dialect::SuperAi,
            &["queued", "running", "awaiting_input", "completed", "failed", "cancel_requested", "cancelled", "edited", "stale"][..],
        ),
    ] {
        let vendor = world.vendor(dialect);
        let flow = vendor.flow(SHOWCASE).await;
        let mut query = RunQuery { flow: Some(flow), limit: 100, ..RunQuery::default() };
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        loop {
            let page = vendor.page(&query).await;
            for run in &page.items {
                let detail = vendor.detail(run).await;
                assert_eq!(detail.run.id, run.id);
                assert_eq!(detail.run.flow, run.flow, "{dialect:?}");
                assert_ne!(run.status.kind, StatusKind::Unknown, "{dialect:?}: {:?}", run.status);
                assert!(!detail.raw.is_empty());
                let steps: HashSet<_> = detail.steps.iter().map(|step| &step.id).collect();
                assert_eq!(steps.len(), detail.steps.len(), "{dialect:?} {}: a step's id came twice", run.id);
                *seen.entry(detail.run.status.raw.clone()).or_default() += 1;
            }
            let Some(older) = page.older else { break };
            query.place = older;
        }
        for word in words {
            assert!(seen.contains_key(*word), "{dialect:?}: no run is {word}: {seen:?}");
        }
        let gone =
            vendor.carrier.run(vendor.run_adapter().get_run(&RunRef { id: "no-such-run".into(), flow: query.flow })).await.unwrap_err();
        assert!(matches!(gone.kind, ErrorKind::NotFound | ErrorKind::Invalid), "{dialect:?}: {gone:?}");
    }
}

#[tokio::test]
async fn runs_start_with_the_sample_files_and_end_as_their_totals_say() {
    let world = World::new().await;
    for dialect in Dialect::ALL {
        let vendor = world.vendor(dialect);
        let good = vendor.start("purchase-order-4712.pdf", "invoice-4712.json", "key-good").await;
        let bad = vendor.start("purchase-order-4711.csv", "invoice-4711.pdf", "key-bad").await;
        let flow = vendor.flow(RECONCILIATION).await;
        let newest = vendor.page(&RunQuery { flow: Some(flow), limit: 25, place: Place::First, ..RunQuery::default() }).await;
        let ids: Vec<_> = newest.items.iter().take(2).map(|run| run.id.as_str()).collect();
        assert_eq!(ids, [bad.id.as_str(), good.id.as_str()], "{dialect:?}: the newest come first");

        let good = vendor.until(&good, |detail| detail.run.status.kind.is_final()).await;
        assert_eq!(good.run.status.kind, StatusKind::Completed, "{dialect:?}: {:?}", good.run.error);
        let shown = format!("{:?}{:?}", good.outputs, good.steps);
        assert!(shown.contains("INV-20931"), "{dialect:?}: the invoice's own number is not in {shown}");
        if dialect == Dialect::FlowStack {
            // It has no paused state: the mismatch is in the result.
            let bad = vendor.until(&bad, |detail| detail.run.status.kind.is_final()).await;
            assert!(format!("{:?}{:?}{:?}", bad.outputs, bad.steps, bad.run.error).contains("INV-88214"));
        } else {
            let bad = vendor.until(&bad, |detail| detail.run.status.kind == StatusKind::Waiting).await;
            assert!(!bad.run.status.kind.is_final());
        }
    }
}

#[tokio::test]
async fn an_unreadable_upload_fails_its_run_with_the_reason() {
    let world = World::new().await;
    for dialect in [Dialect::Retab, Dialect::TableFlow, Dialect::RetabReviews] {
        let vendor = world.vendor(dialect);
        let run = vendor.start("unreadable.pdf", "invoice-4712.csv", "key-1").await;
        let detail = vendor.until(&run, |detail| detail.run.status.kind.is_final()).await;
        assert_eq!(detail.run.status.kind, StatusKind::Failed, "{dialect:?}");
        assert!(!detail.run.error.unwrap().message.is_empty(), "{dialect:?}");
    }
}

#[tokio::test]
async fn a_correction_resumes_the_run_and_a_second_window_learns_of_it() {
    let world = World::new().await;
    for dialect in [Dialect::Retab, Dialect::SuperAi, Dialect::RetabReviews] {
        let vendor = world.vendor(dialect);
        let (run, review) = vendor.waiting_review("key-start").await;
        let second_window = review.clone();

        let note = "The invoice was misread.";
        let mine = Intent { key: "intent-1".into(), approve: true, edited: Some(corrected(&review, note)), reason: None };
        let outcome = vendor.decide(&review, &mine).await;
        let Outcome::Accepted(decision) = outcome else { panic!("{dialect:?}: {outcome:?}") };
        assert_eq!(decision.approved, Some(true), "{dialect:?}");
        assert!(decision.at.is_some(), "{dialect:?}");

        let again = vendor.decide(&review, &mine).await;
        assert!(matches!(again, Outcome::AlreadyMine(_)), "{dialect:?}: the same intent again: {again:?}");
        let found = vendor.carrier.run(vendor.run_adapter().confirm(&review, &mine)).await.unwrap();
        assert!(matches!(found, Outcome::Accepted(_) | Outcome::AlreadyMine(_)), "{dialect:?}: {found:?}");

        let theirs = Intent { key: "intent-2".into(), approve: true, edited: None, reason: None };
        let outcome = vendor.decide(&second_window, &theirs).await;
        let Outcome::DecidedByAnother(recorded) = outcome else { panic!("{dialect:?}: {outcome:?}") };
        assert_eq!(recorded.approved, Some(true));
        assert!(recorded.at.is_some(), "{dialect:?}: when");
        assert!(recorded.data.unwrap().to_string().contains(note), "{dialect:?}: with what");

        let done = vendor.until(&run, |detail| detail.run.status.kind.is_final()).await;
        assert!(
            matches!(done.run.status.kind, StatusKind::Completed | StatusKind::CompletedEdited),
            "{dialect:?}: {:?} {:?}",
            done.run.status,
            done.run.error
        );
        let outputs = done
            .outputs
            .iter()
            .map(|(_, value)| value.to_string())
            .chain(done.steps.iter().filter_map(|step| Some(step.output.as_ref()?.to_string())));
        let outputs = outputs.collect::<String>();
        assert!(outputs.contains(note) && outputs.contains("1562.5"), "{dialect:?}: {outputs}");
        let late = vendor.decide(&second_window, &theirs).await;
        assert!(matches!(late, Outcome::DecidedByAnother(_) | Outcome::NoLongerWaiting(_)), "{dialect:?}: {late:?}");
    }
}

#[tokio::test]
async fn a_rejection_ends_the_run_or_marks_it_as_incorrect() {
    let world = World::new().await;
    for (dialect, expected) in
        [(Dialect::Retab, StatusKind::Cancelled), (Dialect::SuperAi, StatusKind::Completed), (Dialect::RetabReviews, StatusKind::Cancelled)]
    {
        let vendor = world.vendor(dialect);
        let (run, review) = vendor.waiting_review("key-start").await;
        let outcome =
            vendor.decide(&review, &Intent { key: "no".into(), approve: false, edited: None, reason: Some("Not ours".into()) }).await;
        let Outcome::Accepted(decision) = outcome else { panic!("{dialect:?}: {outcome:?}") };
        assert_eq!(decision.approved, Some(false), "{dialect:?}");
        let done = vendor.until(&run, |detail| detail.run.status.kind.is_final()).await;
        assert_eq!(done.run.status.kind, expected, "{dialect:?}");
    }
}

#[tokio::test]
async fn an_answer_lost_after_the_decision_is_not_decided_twice() {
    let world = World::new().await;
    for (dialect, call) in [(Dialect::Retab, "hil-decisions"), (Dialect::SuperAi, "/complete"), (Dialect::RetabReviews, "/approve")] {
        let vendor = world.vendor(dialect);
        let (_, review) = vendor.waiting_review("key-start").await;
        let intent = Intent { key: "intent-1".into(), approve: true, edited: Some(corrected(&review, "lost")), reason: None };
        let fault = format!(r#"{{"method": "POST", "path_contains": "{call}", "times": 9, "action": {{"drop": "after"}}}}"#);
        world.fault(&fault).await;
        let outcome = vendor.decide(&review, &intent).await;
        // Either it reads the decision back by itself, or it says that it does not know.
        match outcome {
            Outcome::Accepted(_) | Outcome::AlreadyMine(_) => {}
            Outcome::NotConfirmed { .. } => {
                let found = vendor.carrier.run(vendor.run_adapter().confirm(&review, &intent)).await.unwrap();
                assert!(matches!(found, Outcome::Accepted(_) | Outcome::AlreadyMine(_)), "{dialect:?}: {found:?}");
            }
            other => panic!("{dialect:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn nothing_is_recorded_if_the_decision_never_left() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::Retab);
    let (run, review) = vendor.waiting_review("key-start").await;
    world.fault(r#"{"method": "POST", "path_contains": "hil-decisions", "times": 9, "action": {"drop": "before"}}"#).await;
    let intent = Intent { key: "intent-1".into(), approve: true, edited: None, reason: None };
    let outcome = vendor.decide(&review, &intent).await;
    assert!(matches!(outcome, Outcome::NotConfirmed { .. }), "{outcome:?}");
    assert_eq!(vendor.review(&run, &review.id).await.state, ReviewState::Open, "still open, to be decided again");
}

#[tokio::test]
async fn waiting_runs_are_listed_and_can_be_cancelled() {
    let world = World::new().await;
    for dialect in [Dialect::Retab, Dialect::SuperAi, Dialect::RetabReviews] {
        let vendor = world.vendor(dialect);
        let (run, _) = vendor.waiting_review("key-start").await;
        let mut place = Place::First;
        let mut listed = false;
        loop {
            let page = vendor.carrier.run(vendor.adapter.list_waiting(Some(&run.flow), &place)).await.unwrap();
            assert!(page.items.iter().all(|run| run.status.kind == StatusKind::Waiting), "{dialect:?}");
            listed |= page.items.iter().any(|found| found.id == run.id);
            let Some(next) = page.newer.or(page.older) else { break };
            place = next;
        }
        assert!(listed, "{dialect:?}: the run that waits is not among the waiting");
        let named = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
        let outcome = vendor.carrier.run(vendor.run_adapter().cancel(&named, "cancel-1")).await.unwrap();
        assert!(matches!(outcome, ActionOutcome::Requested | ActionOutcome::Done), "{dialect:?}: {outcome:?}");
        let done = vendor.until(&run, |detail| detail.run.status.kind.is_final()).await;
        assert_eq!(done.run.status.kind, StatusKind::Cancelled, "{dialect:?}");
    }
}

#[tokio::test]
async fn the_vendors_rate_limit_is_seen_and_obeyed() {
    let config = sandbox::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        runs: 100,
        quiet: true,
        flowstack_limit: 3,
        ..sandbox::Config::default()
    };
    let running = sandbox::serve(config, std::future::pending()).await.unwrap();
    let world = World { sandbox: running.addr, gateway: gateway(gateway::sandboxed::connections(&running).unwrap()).await };
    for left in [2, 1, 0] {
        let answer = world.gateway.get("/api/c/flowstack/flows").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["x-ratelimit-remaining"], left.to_string().as_str());
    }
    let vendor = world.vendor(Dialect::FlowStack);
    let error = vendor.carrier.run(vendor.adapter.list_flows(&FlowQuery::default())).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::RateLimited, Some(429)));
    assert!(error.retry_after.is_some_and(|seconds| seconds > 0), "{error:?}");
}

#[tokio::test]
async fn check_tells_a_good_key_from_a_wrong_one_at_every_vendor() {
    let config = sandbox::Config { listen: "127.0.0.1:0".parse().unwrap(), runs: 100, quiet: true, ..sandbox::Config::default() };
    let running = sandbox::serve(config, std::future::pending()).await.unwrap();
    for (key, ok, says) in [("sandbox", true, "key accepted, "), (SECRET, false, "refused the key (401")] {
        let connections = gateway::sandboxed::connections(&running).unwrap().into_iter();
        let upstreams = connections.map(|one| Upstream::new(Connection { key: Key::new(key).unwrap(), ..one }).unwrap());
        let verdicts = gateway::check::all(upstreams.collect()).await;
        assert_eq!(verdicts.len(), Dialect::ALL.len());
        for verdict in verdicts {
            assert_eq!(verdict.ok, ok, "{}", verdict.line);
            assert!(verdict.line.contains(says) && !verdict.line.contains(SECRET), "{}", verdict.line);
        }
    }
}

#[tokio::test]
async fn a_review_can_be_started_and_given_back() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::SuperAi);
    let (run, review) = vendor.waiting_review("key-start").await;
    assert_eq!(review.holder, None);
    let named = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
    let adapter = vendor.run_adapter();
    let holder = vendor.carrier.run(adapter.claim(&named, &review.id)).await.unwrap().expect("who has it");
    assert_eq!(holder.name.as_deref(), Some("Sandbox Reviewer"));
    assert!(holder.since.is_some());
    assert_eq!(vendor.review(&run, &review.id).await.holder, Some(holder));
    vendor.carrier.run(adapter.release(&named, &review.id)).await.unwrap();
    assert_eq!(vendor.review(&run, &review.id).await.holder, None);
    vendor.carrier.run(adapter.release(&named, &review.id)).await.expect("once more does no harm");
    // It can still be decided: the decision starts it again.
    let intent = Intent { key: "k".into(), approve: true, edited: None, reason: None };
    assert!(matches!(vendor.decide(&review, &intent).await, Outcome::Accepted(_)));
    assert_eq!(vendor.review(&run, &review.id).await.holder, None, "nobody has what is decided");
    for dialect in Dialect::ALL.into_iter().filter(|dialect| *dialect != Dialect::SuperAi) {
        let vendor = world.vendor(dialect);
        assert!(!vendor.adapter.capabilities().claims);
        let refused = vendor.carrier.run(vendor.run_adapter().claim(&named, "r")).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Unsupported, "{dialect:?}");
    }
}

/// Sends one request of the vendor's own, as another client of it would.
async fn beside(world: &World, path: &str, body: Json) -> Json {
    let url = format!("http://{}/retab-reviews/v1/{path}", world.sandbox);
    let request = client().post(url).bearer_auth("sandbox").header("content-type", "application/json").body(body.to_string());
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn edits_become_a_version_and_a_newer_version_is_never_passed_over_unseen() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::RetabReviews);
    let (run, review) = vendor.waiting_review("key-start").await;
    assert_eq!(review.versions.len(), 1, "the model's");
    assert!(review.schema.as_ref().is_some_and(|schema| schema["properties"]["invoice"].is_object()), "{:?}", review.schema);
    assert!(review.reason.as_ref().is_some_and(|reason| reason.starts_with("json_condition")), "{:?}", review.reason);

    // Somebody else corrects it first, without deciding.
    let theirs = corrected(&review, "theirs");
    let first = review.versions[0].id.clone();
    beside(&world, "workflows/reviews/versions", serde_json::json!({"review_id": review.id, "parent_id": first, "snapshot": theirs})).await;
    let mine = Intent { key: "k".into(), approve: true, edited: Some(corrected(&review, "mine")), reason: None };
    let Outcome::Changed(now) = vendor.decide(&review, &mine).await else { panic!("nothing may be sent") };
    assert_eq!((now.versions.len(), &now.data), (2, &theirs));
    let unedited = Intent { edited: None, ..mine.clone() };
    assert!(matches!(vendor.decide(&review, &unedited).await, Outcome::Changed(_)), "approving as read is no less blind");

    // Mine follows theirs, once theirs was read.
    let Outcome::Accepted(decision) = vendor.decide(&now, &mine).await else { panic!("not accepted") };
    assert_eq!(decision.data, mine.edited);
    assert!(decision.resume.is_some_and(|resume| resume.state == runs::review::ResumeState::Resumed));
    let decided = vendor.review(&run, &review.id).await;
    assert_eq!(decided.versions.len(), 3);
    assert_eq!(decided.versions[2].parent.as_ref(), Some(&decided.versions[1].id));
    let ReviewState::Decided(recorded) = decided.state else { panic!("{:?}", decided.state) };
    assert_eq!((recorded.data, recorded.by.as_deref()), (mine.edited, Some("API key")));
}

#[tokio::test]
async fn a_rejection_keeps_its_reason_and_a_conflict_tells_the_other_decision() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::RetabReviews);
    let (_, review) = vendor.waiting_review("key-start").await;
    let no = |reason: Option<&str>| Intent { key: "k".into(), approve: false, edited: None, reason: reason.map(str::to_owned) };
    assert!(matches!(vendor.decide(&review, &no(Some("  "))).await, Outcome::Invalid { .. }), "it needs a reason");
    let Outcome::Accepted(decision) = vendor.decide(&review, &no(Some("Wrong supplier"))).await else { panic!("not accepted") };
    assert_eq!(decision.reason.as_deref(), Some("Wrong supplier"));
    assert!(matches!(vendor.decide(&review, &no(Some("Wrong supplier"))).await, Outcome::AlreadyMine(_)));
    let Outcome::DecidedByAnother(other) = vendor.decide(&review, &no(Some("Another reason"))).await else { panic!("not mine") };
    assert_eq!((other.approved, other.reason.as_deref()), (Some(false), Some("Wrong supplier")));

    // Decided between reading it again and sending: the vendor answers `conflict` with HTTP 200.
    let (_, review) = vendor.waiting_review("key-second").await;
    let path = format!("workflows/reviews/{}/approve", review.id);
    let version = serde_json::json!({"version_id": review.versions[0].id});
    assert_eq!(beside(&world, &path, version.clone()).await["submission_status"], "accepted");
    assert_eq!(beside(&world, &path, version.clone()).await["submission_status"], "already_applied");
    let path = format!("workflows/reviews/{}/reject", review.id);
    let late = serde_json::json!({"version_id": review.versions[0].id, "reason": "too late"});
    let answer = beside(&world, &path, late).await;
    assert_eq!(
        (answer["submission_status"].as_str(), answer["review"]["decision"]["verdict"].as_str()),
        (Some("conflict"), Some("approved"))
    );
}

#[tokio::test]
async fn the_queue_of_reviews_says_since_when_runs_wait() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::RetabReviews);
    let page = vendor.carrier.run(vendor.adapter.list_waiting(None, &Place::First)).await.unwrap();
    assert!(page.items.len() > 5);
    assert!(page.items.iter().all(|run| run.waiting_since.is_some()), "{:?}", page.items);
    let detail = vendor.detail(&page.items[0]).await;
    assert_eq!(detail.run.waiting_since, page.items[0].waiting_since);
    assert!(detail.run.flow_name.is_some());
}

#[tokio::test]
async fn a_version_whose_approval_got_lost_is_approved_and_not_made_again() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::RetabReviews);
    let (run, review) = vendor.waiting_review("key-start").await;
    let intent = Intent { key: "k".into(), approve: true, edited: Some(corrected(&review, "mine")), reason: None };
    world.fault(r#"{"method": "POST", "path_contains": "/approve", "times": 9, "action": {"drop": "before"}}"#).await;
    let outcome = vendor.decide(&review, &intent).await;
    assert!(matches!(outcome, Outcome::NotConfirmed { .. }), "{outcome:?}");
    let open = vendor.review(&run, &review.id).await;
    assert_eq!((open.state, open.versions.len()), (ReviewState::Open, 2), "stored, not decided");
    let url = format!("http://{}/_sandbox/faults", world.sandbox);
    client().delete(url).bearer_auth("sandbox").send().await.unwrap();
    let outcome = vendor.decide(&review, &intent).await;
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    assert_eq!(vendor.review(&run, &review.id).await.versions.len(), 2);
}
