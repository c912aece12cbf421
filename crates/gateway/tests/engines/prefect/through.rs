//! The server as Sluice reaches it: through a gateway's relay.

use crate::common::{named, unique};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue};
use gateway::execute::Carrier;
use gateway::store::Location;
use gateway::upstream::{Connection, Key, Upstream};
use runs::adapters::query::RunQuery;
use runs::adapters::route::KeyHeader;
use runs::adapters::{FlowQuery, InputValue, StartRequest};
use runs::model::review::{Intent, Outcome, Review, ReviewState};
use runs::model::{ActionOutcome, Page, Run, RunDetail};
use runs::{ApiError, Dialect, Json, RunAdapter, StatusKind};
use serde_json::json;

use super::server::Server;
use crate::support::{Gateway, connection, gateway_with};

/// A reviewer at a gateway.
pub struct Through {
    _gateway: Gateway,
    carrier: Carrier,
    pub server: Server,
}

pub const BY_HAND: &str = "Delivery check/served";

impl Through {
    pub async fn new() -> Self {
        Self::on(None).await
    }

    /// A gateway that keeps its things there; none: for itself.
    pub async fn on(store: Option<Location>) -> Self {
        let server = Server::named();
        let key = server.key.clone();
        Self::with(server, &key, store).await
    }

    pub async fn with(server: Server, key: &str, store: Option<Location>) -> Self {
        let to = Connection {
            key: Key::new(key).unwrap(),
            auth: KeyHeader::Basic,
            timeout: Duration::from_secs(30),
            max_response: 64 * 1024 * 1024,
            ..connection("prefect", Dialect::Prefect, &server.url)
        };
        let gateway = gateway_with(|config| {
            config.connections = vec![to];
            config.store = store;
        });
        let gateway = gateway.await;
        // As the app asks: without a key that the vendor would take.
        let mut browser = connection("browser", Dialect::Prefect, &gateway.url("/api/c/prefect"));
        (browser.max_response, browser.timeout) = (64 * 1024 * 1024, Duration::from_secs(90));
        let headers = HeaderMap::from_iter([("x-sluice".parse().unwrap(), HeaderValue::from_static("1"))]);
        let carrier = Carrier::new(Arc::new(Upstream::new(browser).unwrap()), headers);
        Self { _gateway: gateway, carrier, server }
    }

    pub const fn adapter(&self) -> &'static dyn RunAdapter {
        &runs::adapters::prefect::Prefect
    }

    pub async fn ask<T: 'static>(&self, operation: runs::Operation<T>) -> Result<T, ApiError> {
        self.carrier.run(operation).await
    }

    pub async fn flow(&self, name: &str) -> String {
        let search = name.split('/').next().unwrap_or_default();
        let query = FlowQuery { search: search.into(), ..FlowQuery::default() };
        let found = self.ask(Dialect::Prefect.adapter().list_flows(&query)).await.unwrap().items;
        found.into_iter().find(|flow| flow.name == name).unwrap_or_else(|| panic!("no flow {name}")).id
    }

    pub async fn start(&self, flow: &str, parameters: Json) -> Run {
        self.start_keyed(flow, parameters, &unique("key")).await.unwrap()
    }

    pub async fn start_keyed(&self, flow: &str, parameters: Json, key: &str) -> Result<Run, ApiError> {
        let flow = self.flow(flow).await;
        let metadata = Some(json!({"desk": "7"}));
        let values = vec![(String::new(), InputValue::Json(parameters))];
        let request = StartRequest { flow, name: Some(unique("run")), metadata, values, key: key.into() };
        Ok(self.ask(self.adapter().start(request)).await?.run)
    }

    pub async fn page(&self, query: &RunQuery) -> Page<Run> {
        self.ask(Dialect::Prefect.adapter().list_runs(query)).await.unwrap()
    }

    pub async fn detail(&self, run: &str) -> RunDetail {
        self.ask(self.adapter().get_run(&named(run))).await.unwrap()
    }

    /// Follows a run until it is so.
    pub async fn until(&self, run: &str, done: impl Fn(&Run) -> bool) -> Run {
        let begun = Instant::now();
        loop {
            let found = self.ask(self.adapter().get_status(&named(run))).await.unwrap();
            if done(&found) {
                return found;
            }
            let patient = begun.elapsed() < Duration::from_secs(150);
            assert!(patient, "{run} never got there: {:?} {:?}", found.status, self.server.states(run).await);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    pub async fn ended(&self, run: &str) -> Run {
        self.until(run, |run| run.status.kind.is_final()).await
    }

    /// Follows a run until it waits, and opens its review.
    pub async fn review(&self, run: &str) -> Review {
        let waits = self.until(run, |run| {
            assert!(!run.status.kind.is_final(), "it never waited: {:?} {:?}", run.status, run.error);
            run.status.kind == StatusKind::Waiting
        });
        let review = waits.await.waiting_on.remove(0);
        // The state is stored a moment before the question.
        for _ in 0..50 {
            match self.read(run, &review).await {
                Ok(review) => {
                    assert_eq!(review.state, ReviewState::Open);
                    return review;
                }
                Err(error) => assert!(error.detail.contains("not stored yet"), "{error:?}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the question of {run} is never stored")
    }

    pub async fn read(&self, run: &str, review: &str) -> Result<Review, ApiError> {
        self.ask(self.adapter().get_review(&named(run), review)).await
    }

    pub async fn waiting_run(&self, flow: &str, parameters: Json) -> Review {
        let run = self.start(flow, parameters).await;
        self.review(&run.id).await
    }

    pub async fn decide(&self, review: &Review, intent: &Intent) -> Outcome {
        self.ask(self.adapter().decide(review, intent)).await.unwrap()
    }

    pub async fn cancel(&self, run: &str) -> Result<ActionOutcome, ApiError> {
        self.ask(self.adapter().cancel(&named(run), "k")).await
    }

    pub async fn delete(&self, run: &str) -> Result<ActionOutcome, ApiError> {
        self.ask(self.adapter().delete(&named(run))).await
    }
}

/// What a flow says that it was told.
pub fn booked(detail: &RunDetail) -> Json {
    let (_, text) = detail.outputs.iter().find(|(name, _)| name == "booked").unwrap_or_else(|| panic!("{:?}", detail.outputs));
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}
