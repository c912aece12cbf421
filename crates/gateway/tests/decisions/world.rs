//! The sandbox, and runs in it that wait for a person.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use gateway::execute::Carrier;
use gateway::upstream::Upstream;
use runs::adapters::{FlowQuery, InputField, InputKind, InputValue, RunRef, StartRequest};
use runs::{Dialect, Json};

const FLOW: &str = "PO to invoice reconciliation";
/// Runs that are started ahead: they take some seconds until they wait.
const AHEAD: usize = 8;

/// A review that waits.
#[derive(Clone, Debug)]
pub struct WaitingReview {
    pub run: RunRef,
    pub review: String,
}

pub struct World {
    pub dialects: Vec<Dialect>,
    carriers: BTreeMap<&'static str, Carrier>,
    started: BTreeMap<&'static str, VecDeque<RunRef>>,
    made: u64,
}

impl World {
    pub async fn start() -> Self {
        let config = sandbox::Config { listen: "127.0.0.1:0".parse().unwrap(), runs: 100, quiet: true, ..sandbox::Config::default() };
        let running = sandbox::serve(config, std::future::pending()).await.unwrap();
        let mut carriers = BTreeMap::new();
        let mut dialects = Vec::new();
        for connection in gateway::sandboxed::connections(&running).unwrap() {
            let dialect = connection.dialect;
            if matches!(dialect, Dialect::Retab | Dialect::RetabReviews | Dialect::SuperAi) {
                dialects.push(dialect);
                carriers.insert(dialect.slug(), Carrier::new(Arc::new(Upstream::new(connection).unwrap()), HeaderMap::new()));
            }
        }
        let mut world = Self { dialects: dialects.clone(), carriers, started: BTreeMap::new(), made: 0 };
        for dialect in dialects {
            world.fill(dialect).await;
        }
        world
    }

    async fn fill(&mut self, dialect: Dialect) {
        for _ in 0..AHEAD {
            let run = self.begin(dialect).await;
            self.started.entry(dialect.slug()).or_default().push_back(run);
        }
    }

    pub fn carrier(&self, dialect: Dialect) -> Carrier {
        self.carriers[dialect.slug()].clone()
    }

    /// A fresh review that waits.
    pub async fn next(&mut self, dialect: Dialect) -> WaitingReview {
        if self.started.get(dialect.slug()).is_none_or(|queue| queue.len() < AHEAD / 2) {
            self.fill(dialect).await;
        }
        let run = self.started.get_mut(dialect.slug()).and_then(VecDeque::pop_front).unwrap();
        let carrier = self.carrier(dialect);
        for _ in 0..600 {
            let detail = carrier.run(dialect.run_adapter().get_run(&run)).await.unwrap();
            if let Some(review) = detail.reviews.first() {
                return WaitingReview { run, review: review.id.clone() };
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{dialect:?}: the run {run:?} never waited")
    }

    async fn begin(&mut self, dialect: Dialect) -> RunRef {
        self.made += 1;
        let carrier = self.carrier(dialect);
        let flows = carrier.run(dialect.adapter().list_flows(&FlowQuery::default())).await.unwrap();
        let flow = flows.items.into_iter().find(|flow| flow.name == FLOW).unwrap_or_else(|| panic!("{dialect:?} has no {FLOW}")).id;
        let inputs = carrier.run(dialect.run_adapter().describe_inputs(&flow)).await.unwrap();
        let values = inputs.fields.iter().filter_map(value).collect();
        let request = StartRequest { flow: flow.clone(), name: None, metadata: None, values, key: format!("key_{}", self.made) };
        let started = carrier.run(dialect.run_adapter().start(request)).await.unwrap_or_else(|error| panic!("{dialect:?}: {error:?}"));
        RunRef { id: started.run.id, flow: Some(flow) }
    }
}

fn sample(name: &str) -> Json {
    let path = format!("{}/../../samples/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))).unwrap()
}

/// The sample documents, as JSON wherever they fit.
fn value(field: &InputField) -> Option<(String, InputValue)> {
    let (order, invoice) = ("purchase-order-4711.json", "invoice-4711.json");
    let json = match (&field.kind, field.key.as_str()) {
        (InputKind::Json { .. }, "") => serde_json::json!({ "purchase_order": sample(order), "invoice": sample(invoice) }),
        (InputKind::Json { .. }, key) if key.contains("order") => sample(order),
        (InputKind::Json { .. }, key) if key.contains("invoice") => sample(invoice),
        _ => return None,
    };
    Some((field.key.clone(), InputValue::Json(json)))
}
