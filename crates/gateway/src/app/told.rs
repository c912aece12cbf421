//! `/api/config`: what a browser is told at its start.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Response, header};

use super::App;
use crate::auth::{self, Person, Role};
use crate::samples;
use crate::upstream::Upstream;

impl App {
    /// What this person's browser is told of the connections.
    fn config(&self, person: &Person) -> serde_json::Value {
        let mut config = self.config.clone();
        if let Some(entries) = config["connections"].as_array_mut() {
            entries.retain(|entry| entry["id"].as_str().is_some_and(|id| person.sees(id)));
            for entry in entries {
                let Some(id) = entry["id"].as_str().map(str::to_owned) else { continue };
                if let Some(flow) = self.first_flow(person, &id) {
                    entry["first_flow"] = flow.into();
                }
                if person.name().is_some() {
                    entry["decides"] = auth::api::flows(person, &id, Role::Reviewer);
                    entry["manages"] = auth::api::flows(person, &id, Role::Admin);
                }
            }
        }
        if let Some(person) = auth::api::told(self, person) {
            config["person"] = person;
        }
        config
    }

    /// The flow that an address without one opens on: the vendor's first, or the first of those that this person may see.
    fn first_flow(&self, person: &Person, connection: &str) -> Option<String> {
        match person.flows(connection, Role::Viewer) {
            auth::Flows::All => self.first_flows.of(connection),
            auth::Flows::Only(flows) => flows.into_iter().next(),
        }
    }
}

pub(super) async fn config(State(app): State<Arc<App>>, person: Person) -> Response<Body> {
    app.prepare();
    let mut response = Response::new(Body::from(app.config(&person).to_string()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(super) fn config_json(connections: &[Upstream]) -> serde_json::Value {
    let list = connections.iter().map(|upstream| {
        let connection = &upstream.connection;
        let mut json = serde_json::json!({
            "id": connection.id,
            "label": connection.label,
            "dialect": connection.dialect.slug(),
            "sandbox": connection.sandbox,
        });
        if let Some(hold) = upstream.longest_hold() {
            json["hold_ms"] = u64::try_from(hold.as_millis()).unwrap_or(0).into();
        }
        if let Some(url) = &connection.open_url {
            json["open_url"] = url.as_str().into();
        }
        json
    });
    let mut json = serde_json::json!({ "connections": list.collect::<Vec<_>>(), "version": env!("CARGO_PKG_VERSION") });
    if connections.iter().any(|upstream| upstream.connection.sandbox) {
        json["samples"] = samples::names().collect();
    }
    json
}
