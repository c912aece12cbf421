//! A sandbox behind a gateway, and vendors as a browser reaches them through it.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use gateway::execute::Carrier;
use gateway::upstream::Upstream;
use runs::adapters::query::RunQuery;
use runs::adapters::{FlowQuery, InputKind, InputValue, RunRef, StartRequest};
use runs::model::review::{Intent, Outcome, Review, ReviewState};
use runs::model::{Flow, Numbering, Page, Run, RunDetail};
use runs::{Adapter, Dialect, Json, RunAdapter, StatusKind};

use crate::support::*;

pub(crate) const RUNS: u64 = 260;
pub(crate) const RECONCILIATION: &str = "PO to invoice reconciliation";
pub(crate) const SHOWCASE: &str = "Contract intake";

/// A sandbox, a gateway before it, and what asks through it.
pub(crate) struct World {
    pub(crate) gateway: Gateway,
    pub(crate) sandbox: std::net::SocketAddr,
    pub(crate) connections: Vec<gateway::upstream::Connection>,
}

pub(crate) struct Vendor {
    pub(crate) adapter: &'static dyn Adapter,
    pub(crate) dialect: Dialect,
    pub(crate) carrier: Carrier,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut gateway::config::Config)) -> Self {
        let config = sandbox::Config { listen: "127.0.0.1:0".parse().unwrap(), runs: RUNS, quiet: true, ..sandbox::Config::default() };
        let running = sandbox::serve(config, std::future::pending()).await.unwrap();
        let sandbox = running.addr;
        let mut connections = gateway::sandboxed::connections(&running).unwrap();
        // The sandbox is changed behind the gateway's back.
        connections.iter_mut().for_each(|connection| connection.traffic.share = Duration::ZERO);
        let own = connections.clone();
        let gateway = gateway_with(|config| {
            config.connections = own;
            change(config);
        });
        Self { gateway: gateway.await, sandbox, connections }
    }

    /// As a script of somebody's that has a token of the gateway.
    pub(crate) fn vendor_as(&self, dialect: Dialect, token: &str) -> Vendor {
        let base = self.gateway.url(&format!("/api/c/{}", dialect.slug()));
        let mut through = connection("script", dialect, &base);
        through.max_response = 64 * 1024 * 1024;
        // Its own key stays out of the way of the token.
        through.auth = runs::adapters::route::KeyHeader::Named("x-unused");
        let bearer = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
        let headers = HeaderMap::from_iter([
            ("x-sluice".parse().unwrap(), HeaderValue::from_static("1")),
            (axum::http::header::AUTHORIZATION, bearer),
        ]);
        let carrier = Carrier::new(Arc::new(Upstream::new(through).unwrap()), headers);
        Vendor { adapter: dialect.adapter(), dialect, carrier }
    }

    pub(crate) fn vendor(&self, dialect: Dialect) -> Vendor {
        // The browser's own key, if it had one, must make no difference: the gateway puts the configured one in its place.
        let base = self.gateway.url(&format!("/api/c/{}", dialect.slug()));
        let mut through = connection("browser", dialect, &base);
        through.max_response = 64 * 1024 * 1024;
        let headers = HeaderMap::from_iter([("x-sluice".parse().unwrap(), HeaderValue::from_static("1"))]);
        let carrier = Carrier::new(Arc::new(Upstream::new(through).unwrap()), headers);
        Vendor { adapter: dialect.adapter(), dialect, carrier }
    }

    pub(crate) async fn fault(&self, fault: &str) {
        let url = format!("http://{}/_sandbox/faults", self.sandbox);
        let request = client().post(url).bearer_auth("sandbox").header("content-type", "application/json").body(fault.to_owned());
        assert!(request.send().await.unwrap().status().is_success());
    }
}

impl Vendor {
    pub(crate) fn run_adapter(&self) -> &'static dyn RunAdapter {
        self.dialect.run_adapter()
    }

    pub(crate) async fn flows(&self) -> Vec<Flow> {
        self.carrier.run(self.adapter.list_flows(&FlowQuery::default())).await.unwrap().items
    }

    pub(crate) async fn flow(&self, name: &str) -> String {
        self.flows().await.into_iter().find(|flow| flow.name == name).unwrap_or_else(|| panic!("no flow {name}")).id
    }

    pub(crate) async fn page(&self, query: &RunQuery) -> Page<Run> {
        self.carrier.run(self.adapter.list_runs(query)).await.unwrap_or_else(|error| panic!("{:?}: {error:?}", self.dialect))
    }

    pub(crate) async fn detail(&self, run: &Run) -> RunDetail {
        let named = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
        let detail = self.carrier.run(self.run_adapter().get_run(&named)).await;
        detail.unwrap_or_else(|error| panic!("{:?} {}: {error:?}", self.dialect, run.id))
    }

    /// Every run of a flow, page after page, with the numbers that the pages give.
    pub(crate) async fn all(&self, flow: &str, limit: u32) -> (Vec<Run>, Vec<u64>) {
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
    pub(crate) async fn start(&self, order: &str, invoice: &str, key: &str) -> Run {
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
            Dialect::Prefect | Dialect::Airflow => unreachable!("no sandbox imitates it"),
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
    pub(crate) async fn until(&self, run: &Run, done: impl Fn(&RunDetail) -> bool) -> RunDetail {
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
    pub(crate) async fn waiting_review(&self, key: &str) -> (Run, Review) {
        let run = self.start("purchase-order-4711.pdf", "invoice-4711.csv", key).await;
        let detail = self.until(&run, |detail| detail.run.status.kind == StatusKind::Waiting && !detail.reviews.is_empty()).await;
        let review = self.review(&detail.run, &detail.reviews[0].id).await;
        assert_eq!(review.state, ReviewState::Open);
        (detail.run, review)
    }

    pub(crate) async fn review(&self, run: &Run, id: &str) -> Review {
        let named = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
        self.carrier.run(self.run_adapter().get_review(&named, id)).await.unwrap()
    }

    pub(crate) async fn decide(&self, review: &Review, intent: &Intent) -> Outcome {
        self.carrier.run(self.run_adapter().decide(review, intent)).await.unwrap_or_else(|error| panic!("{:?}: {error:?}", self.dialect))
    }
}

pub(crate) fn bytes(name: &str) -> Vec<u8> {
    let path = format!("{}/../../samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A document for those who take no files: JSON as it is, everything else from its CSV twin.
pub(crate) fn text(name: &str) -> Json {
    let csv = name.replace(".pdf", ".csv");
    let text = String::from_utf8(bytes(&csv)).unwrap();
    if csv.ends_with(".json") { serde_json::from_str(&text).unwrap() } else { Json::String(text) }
}

pub(crate) fn file(name: &str) -> InputValue {
    let media_type = match name.rsplit_once('.').unwrap().1 {
        "pdf" => "application/pdf",
        "csv" => "text/csv",
        _ => "application/json",
    };
    InputValue::File { name: name.into(), media_type: media_type.into(), bytes: bytes(name) }
}

/// JSON goes to the JSON start node, every other file to the document's.
pub(crate) fn retab_value((what, name): (&str, &str)) -> (String, InputValue) {
    if name.ends_with(".json") {
        (format!("start-json-{what}"), InputValue::Json(text(name)))
    } else {
        (format!("start-{what}"), file(name))
    }
}

/// The data with the invoice's total corrected to the order's.
pub(crate) fn corrected(review: &Review, note: &str) -> Json {
    let mut data = review.data.clone();
    let order = data.pointer("/purchase_order/total").cloned().unwrap_or_else(|| panic!("no order total in {data}"));
    let invoice = data.pointer_mut("/invoice/total").expect("an invoice total");
    assert_ne!(*invoice, order, "the totals have to differ");
    *invoice = order;
    data["note"] = note.into();
    data
}
