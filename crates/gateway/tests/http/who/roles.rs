//! What each role may do, by the app's calls and by calling the relay.

use gateway::auth::{Grant, Role};
use runs::adapters::route::Act;
use runs::model::review::{Intent, Outcome, ReviewState};
use runs::{Dialect, ErrorKind, StatusKind};
use serde_json::json;

use super::People;
use crate::support::*;
use crate::world::*;

const DECIDING: [Dialect; 3] = [Dialect::Retab, Dialect::SuperAi, Dialect::RetabReviews];

#[tokio::test]
async fn a_viewer_sees_and_cannot_decide_not_by_calling_the_relay_either() {
    let mut people = People::new();
    let viewer = people.add("Vera", vec![Grant::everywhere(Role::Viewer)]);
    let reviewer = people.add("Rea", vec![Grant::everywhere(Role::Reviewer)]);
    let admin = people.add("Ada", vec![Grant::everywhere(Role::Admin)]);
    let world = World::with(|config| config.sign_in = people.sign_in).await;
    for dialect in DECIDING {
        let (run, review) = world.vendor_as(dialect, &admin).waiting_review("key-start").await;
        let vera = world.vendor_as(dialect, &viewer);
        assert_eq!(vera.detail(&run).await.run.status.kind, StatusKind::Waiting, "{dialect:?}: she sees it");
        let intent = Intent { key: "intent-v".into(), approve: true, edited: None, reason: None };
        let refused = vera.carrier.run(vera.run_adapter().decide(&review, &intent)).await.unwrap_err();
        assert_eq!((refused.kind, refused.status), (ErrorKind::Refused, Some(403)), "{dialect:?}");
        assert!(refused.detail.contains("takes the role reviewer"), "{dialect:?}: {}", refused.detail);
        assert!(!refused.outcome_unknown(), "{dialect:?}: it never left");
        assert_eq!(vera.review(&run, &review.id).await.state, ReviewState::Open, "{dialect:?}");

        let rea = world.vendor_as(dialect, &reviewer);
        let named = runs::adapters::RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
        for (what, refused) in [
            ("cancel", rea.carrier.run(rea.run_adapter().cancel(&named, "key-cancel")).await.unwrap_err()),
            ("delete", rea.carrier.run(rea.run_adapter().delete(&named)).await.unwrap_err()),
        ] {
            assert_eq!(refused.status, Some(403), "{dialect:?} {what}: {refused:?}");
            assert!(refused.detail.contains("takes the role admin"), "{dialect:?} {what}: {}", refused.detail);
        }
        let intent = Intent { key: "intent-r".into(), ..intent };
        let outcome = rea.decide(&review, &intent).await;
        assert!(matches!(outcome, Outcome::Accepted(_)), "{dialect:?}: {outcome:?}");
        let ada = world.vendor_as(dialect, &admin);
        ada.until(&run, |detail| detail.run.status.kind.is_final()).await;
        ada.carrier.run(ada.run_adapter().delete(&named)).await.unwrap_or_else(|error| panic!("{dialect:?}: {error:?}"));
    }
}

/// Every call that changes something, by hand, as somebody who knows the vendor's API would make it.
#[tokio::test]
async fn no_write_of_any_dialect_leaves_for_a_viewer_and_only_decisions_for_a_reviewer() {
    let vendor = crate::support::Vendor::plain().await;
    let mut people = People::new();
    let viewer = people.add("Vera", vec![Grant::everywhere(Role::Viewer)]);
    let reviewer = people.add("Rea", vec![Grant::everywhere(Role::Reviewer)]);
    let base = vendor.base.clone();
    let gateway = gateway_with(|config| {
        config.connections = Dialect::IMITATED.map(|dialect| connection(dialect.slug(), dialect, &base)).into();
        config.sign_in = people.sign_in;
    })
    .await;
    for dialect in Dialect::IMITATED {
        for route in dialect.relayed().routes {
            let path = format!("/api/c/{}/{}", dialect.slug(), route.path.replace('*', "x1"));
            let method = reqwest::Method::from_bytes(route.method.word().as_bytes()).unwrap();
            for (token, role) in [(&viewer, Role::Viewer), (&reviewer, Role::Reviewer)] {
                let before = vendor.seen().len();
                let call = gateway.client.request(method.clone(), gateway.url(&path)).bearer_auth(token);
                let call = call.header("x-sluice", "1").header("content-type", "application/json").body("{}");
                let status = call.send().await.unwrap().status().as_u16();
                let may = Role::for_act(route.act) <= role;
                assert_eq!((status == 200, status), (may, if may { 200 } else { 403 }), "{role:?} {method} {path}");
                assert_eq!(vendor.seen().len() - before, usize::from(may), "{role:?} {method} {path}: what was refused never left");
            }
        }
    }
    let act = |dialect: Dialect, method: &str, path: &str| {
        dialect.relayed().routes.iter().find(|route| route.method.word() == method && route.path == path).map(|route| route.act)
    };
    for (dialect, method, path, expected) in [
        (Dialect::Retab, "POST", "workflows/runs/*/hil-decisions", Act::Review),
        (Dialect::Retab, "POST", "workflows/runs/*/restart", Act::Manage),
        (Dialect::Retab, "DELETE", "workflows/runs/*", Act::Manage),
        (Dialect::RetabReviews, "POST", "workflows/reviews/versions", Act::Review),
        (Dialect::SuperAi, "POST", "human-review-tasks/*/unstart", Act::Review),
        (Dialect::SuperAi, "POST", "files/resolve", Act::Read),
        (Dialect::FlowStack, "POST", "flows/*/runs", Act::Manage),
    ] {
        assert_eq!(act(dialect, method, path), Some(expected), "{dialect:?} {method} {path}");
    }
}

#[tokio::test]
async fn who_decided_is_who_signed_in_whatever_the_browser_says() {
    let mut people = People::new();
    let viewer = people.add("Vera", vec![Grant::everywhere(Role::Viewer)]);
    let reviewer = people.add("Rea Silvia", vec![Grant::everywhere(Role::Reviewer)]);
    let gateway = gateway_with(|config| {
        config.connections = vec![connection("retab", Dialect::Retab, "http://127.0.0.1:9/v1")];
        config.sign_in = people.sign_in;
    })
    .await;
    let entry = json!({
        "kind": "intent", "key": "k1", "connection": "retab", "flow": "wf_1", "flow_name": "Invoices", "run": "run_1", "review": "node-1",
        "review_name": "Check totals", "pin": "d1", "attempt": 1, "decision": "approve", "who": "The Boss", "client_at": 1_700_000_060_000i64,
    });
    let append = |token: &str| gateway.post("/api/audit", &entry.to_string()).bearer_auth(token).send();
    let refused = append(&viewer).await.unwrap();
    assert_eq!(refused.status(), 403);
    assert!(detail(refused).await.contains("Nothing was written"));
    assert_eq!(append(&reviewer).await.unwrap().status(), 201);
    let read = gateway.get("/api/audit").bearer_auth(&viewer).send().await.unwrap();
    let log: serde_json::Value = serde_json::from_slice(&read.bytes().await.unwrap()).unwrap();
    assert_eq!(log["entries"][0]["who"], "Rea Silvia");
    assert_eq!(log["entries"].as_array().unwrap().len(), 1);

    let beat = json!({ "connection": "retab", "run": "r1", "review": "x", "who": "The Boss", "tab": "t" });
    let tell = |token: &str, beat: &serde_json::Value| {
        let request = gateway.client.put(gateway.url("/api/presence")).header("x-sluice", "1").bearer_auth(token);
        request.header("content-type", "application/json").body(beat.to_string()).send()
    };
    assert_eq!(tell(&reviewer, &beat).await.unwrap().status(), 200);
    // The same tab by name, and by no means the same tab.
    let here = tell(&viewer, &beat).await.unwrap();
    let here: serde_json::Value = serde_json::from_slice(&here.bytes().await.unwrap()).unwrap();
    assert_eq!(here["here"][0]["who"], "Rea Silvia", "{here}");
}
