//! The server as Sluice reaches it: through a gateway's relay.

use crate::common::{named, unique};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue};
use gateway::config::Traffic;
use gateway::execute::Carrier;
use gateway::store::Location;
use gateway::upstream::{Connection, Key, Upstream};
use runs::adapters::query::RunQuery;
use runs::adapters::{InputValue, StartRequest};
use runs::model::review::{Intent, Outcome, Review, ReviewState};
use runs::model::{Page, Run, RunDetail};
use runs::{ApiError, Dialect, Json, RunAdapter};
use serde_json::json;

use super::server::{Server, key};
use crate::support::{Gateway, connection, gateway_with};

/// A reviewer at a gateway, which signs in at the server as one of its users.
pub struct Through {
    _gateway: Gateway,
    carrier: Carrier,
    pub server: Server,
}

impl Through {
    pub async fn new() -> Self {
        Self::of("ada", None).await
    }

    /// A gateway that keeps its things there; none: for itself.
    pub async fn of(user: &'static str, store: Option<Location>) -> Self {
        Self::with(Server::named(user), &key(user), store).await
    }

    pub async fn with(server: Server, key: &str, store: Option<Location>) -> Self {
        let to = Connection {
            key: Key::new(key).unwrap(),
            timeout: Duration::from_secs(30),
            max_response: 64 * 1024 * 1024,
            traffic: Traffic { share: Duration::ZERO, at_once: 8, ..Traffic::default() },
            ..connection("airflow", Dialect::Airflow, &server.url)
        };
        let gateway = gateway_with(|config| {
            config.connections = vec![to];
            config.store = store;
        });
        let gateway = gateway.await;
        // As the app asks: without a key that the vendor would take.
        let mut browser = connection("browser", Dialect::Airflow, &gateway.url("/api/c/airflow"));
        browser.auth = runs::adapters::route::KeyHeader::Bearer;
        (browser.max_response, browser.timeout) = (64 * 1024 * 1024, Duration::from_secs(120));
        let headers = HeaderMap::from_iter([("x-sluice".parse().unwrap(), HeaderValue::from_static("1"))]);
        let carrier = Carrier::new(Arc::new(Upstream::new(browser).unwrap()), headers);
        Self { _gateway: gateway, carrier, server }
    }

    pub const fn adapter(&self) -> &'static dyn RunAdapter {
        &runs::adapters::airflow::Airflow
    }

    pub async fn ask<T: 'static>(&self, operation: runs::Operation<T>) -> Result<T, ApiError> {
        self.carrier.run(operation).await
    }

    pub async fn start(&self, flow: &str, conf: Json) -> Run {
        self.start_keyed(flow, conf, &unique("key")).await.unwrap()
    }

    pub async fn start_keyed(&self, flow: &str, conf: Json, key: &str) -> Result<Run, ApiError> {
        let values = vec![(String::new(), InputValue::Json(conf))];
        let request = StartRequest {
            flow: flow.into(),
            name: Some("goods in".into()),
            metadata: Some(json!({"desk": "7"})),
            values,
            key: key.into(),
        };
        Ok(self.ask(self.adapter().start(request)).await?.run)
    }

    pub async fn page(&self, query: &RunQuery) -> Page<Run> {
        self.ask(Dialect::Airflow.adapter().list_runs(query)).await.unwrap()
    }

    pub async fn detail(&self, run: &str) -> RunDetail {
        self.ask(self.adapter().get_run(&named(run))).await.unwrap()
    }

    pub async fn status(&self, run: &str) -> Run {
        self.ask(self.adapter().get_status(&named(run))).await.unwrap()
    }

    /// Follows a run until it is so.
    pub async fn until(&self, run: &str, done: impl Fn(&Run) -> bool) -> Run {
        let begun = Instant::now();
        loop {
            let found = self.status(run).await;
            if done(&found) {
                return found;
            }
            assert!(begun.elapsed() < Duration::from_secs(150), "{run} never got there: {found:?}");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    pub async fn ended(&self, run: &str) -> Run {
        self.until(run, |run| run.status.kind.is_final()).await
    }

    /// Follows a run until this task asks, and opens its review.
    pub async fn review(&self, run: &str, task: &str) -> Review {
        let is = |id: &str| id == task || id.rsplit_once(':').is_some_and(|(name, _)| name == task);
        let waits = self.until(run, |run| {
            assert!(!run.status.kind.is_final(), "it never waited: {run:?}");
            run.reviews.iter().flatten().any(|review| is(&review.id))
        });
        let waits = waits.await;
        let review = waits.reviews.iter().flatten().find(|review| is(&review.id)).unwrap();
        let review = self.read(run, &review.id).await.unwrap();
        assert_eq!(review.state, ReviewState::Open);
        review
    }

    pub async fn read(&self, run: &str, review: &str) -> Result<Review, ApiError> {
        self.ask(self.adapter().get_review(&named(run), review)).await
    }

    pub async fn waiting_run(&self, flow: &str, task: &str, conf: Json) -> Review {
        let run = self.start(flow, conf).await;
        self.review(&run.id, task).await
    }

    pub async fn decide(&self, review: &Review, intent: &Intent) -> Outcome {
        self.ask(self.adapter().decide(review, intent)).await.unwrap()
    }
}
