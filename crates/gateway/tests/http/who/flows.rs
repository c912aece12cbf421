//! Somebody who may see some flows only is given nothing of another, whatever way is tried.

use gateway::auth::{Grant, Role};
use runs::adapters::query::RunQuery;
use runs::adapters::route::About;
use runs::model::review::{Intent, Outcome};
use runs::{Dialect, StatusKind};
use serde_json::{Value, json};

use super::{People, grant};
use crate::support::*;
use crate::world::*;

/// A sandbox with somebody for one flow of each dialect, and what there is of another flow.
struct Split {
    world: World,
    admin: String,
    /// Reviewer of the reconciliation.
    reviewer: String,
    /// Admin of the contracts, where the reviewer is nobody.
    other: String,
    flows: Vec<(Dialect, String, String)>,
}

async fn split() -> Split {
    // The flows' ids are the same in every sandbox.
    let open = World::new().await;
    let mut flows = Vec::new();
    for dialect in Dialect::IMITATED {
        let vendor = open.vendor(dialect);
        flows.push((dialect, vendor.flow(RECONCILIATION).await, vendor.flow(SHOWCASE).await));
    }
    let mut people = People::new();
    let roles = |role: Role, own: bool| {
        flows.iter().map(|(dialect, mine, theirs)| grant(role, dialect.slug(), &[if own { mine } else { theirs }])).collect::<Vec<_>>()
    };
    let admin = people.add("Ada", vec![Grant::everywhere(Role::Admin)]);
    let reviewer = people.add("Rea", roles(Role::Reviewer, true));
    let other = people.add("Otto", roles(Role::Admin, false));
    let world = World::with(|config| config.sign_in = people.sign_in).await;
    Split { world, admin, reviewer, other, flows }
}

#[tokio::test]
async fn a_reviewer_of_one_flow_sees_it_and_decides_in_it() {
    let split = split().await;
    for (dialect, mine, _) in &split.flows {
        let rea = split.world.vendor_as(*dialect, &split.reviewer);
        let flows: Vec<String> = rea.flows().await.into_iter().map(|flow| flow.id).collect();
        assert_eq!(flows, std::slice::from_ref(mine), "{dialect:?}: the list of flows");
        let page = rea.page(&RunQuery { flow: Some(mine.clone()), limit: 20, ..RunQuery::default() }).await;
        assert!(!page.items.is_empty() && page.items.iter().all(|run| run.flow == *mine), "{dialect:?}: its runs");
        let detail = rea.detail(&page.items[0]).await;
        assert_eq!(detail.run.id, page.items[0].id, "{dialect:?}: one of them");
    }
    for dialect in [Dialect::Retab, Dialect::SuperAi, Dialect::RetabReviews] {
        let (run, review) = split.world.vendor_as(dialect, &split.admin).waiting_review("key-start").await;
        let rea = split.world.vendor_as(dialect, &split.reviewer);
        assert_eq!(rea.review(&run, &review.id).await.data, review.data, "{dialect:?}");
        let intent = Intent { key: "intent-1".into(), approve: true, edited: None, reason: None };
        let otto = split.world.vendor_as(dialect, &split.other);
        let refused = otto.carrier.run(otto.run_adapter().decide(&review, &intent)).await.unwrap_err();
        assert_eq!(refused.status, Some(404), "{dialect:?}: not even an admin of another flow");
        let outcome = rea.decide(&review, &intent).await;
        assert!(matches!(outcome, Outcome::Accepted(_)), "{dialect:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn lists_of_all_flows_hold_what_one_may_see() {
    let split = split().await;
    for dialect in [Dialect::Retab, Dialect::TableFlow, Dialect::RetabReviews] {
        let (_, mine, theirs) = split.flows.iter().find(|(found, ..)| *found == dialect).unwrap();
        let rea = split.world.vendor_as(dialect, &split.reviewer);
        let all = rea.page(&RunQuery { limit: 50, ..RunQuery::default() }).await;
        assert!(!all.items.is_empty() && all.items.iter().all(|run| run.flow == *mine), "{dialect:?}");
        // The vendor is asked for that flow alone, so its pages are full and its counts are of it.
        let of_flow = rea.page(&RunQuery { flow: Some(mine.clone()), limit: 50, ..RunQuery::default() }).await;
        assert_eq!(all.items.len(), of_flow.items.len(), "{dialect:?}");
        let waiting = rea.carrier.run(rea.adapter.list_waiting(None, &runs::model::Place::First)).await.unwrap();
        assert!(waiting.items.iter().all(|run| run.flow == *mine), "{dialect:?}");
        let refused = rea.carrier.run(rea.adapter.list_runs(&RunQuery { flow: Some(theirs.clone()), ..RunQuery::default() })).await;
        assert_eq!(refused.unwrap_err().status, Some(404), "{dialect:?}");
    }
    // In two flows the lists are sifted, and what counts all flows' runs is left out.
    let mut people = People::new();
    let (_, mine, theirs) = split.flows.iter().find(|(found, ..)| *found == Dialect::TableFlow).unwrap();
    let both = people.add("Bo", vec![grant(Role::Viewer, "tableflow", &[mine, theirs])]);
    let world = World::with(|config| config.sign_in = people.sign_in).await;
    let bo = world.vendor_as(Dialect::TableFlow, &both);
    let page = bo.page(&RunQuery { limit: 100, ..RunQuery::default() }).await;
    assert!(!page.items.is_empty() && page.items.iter().all(|run| run.flow == *mine || run.flow == *theirs));
    assert_eq!(page.total, None);
}

/// Each declared call, with the ids of another flow in all places.
#[tokio::test]
async fn no_declared_call_gives_out_or_touches_anything_of_another_flow() {
    let split = split().await;
    for (dialect, mine, theirs) in &split.flows {
        let ada = split.world.vendor_as(*dialect, &split.admin);
        let hidden = ada.page(&RunQuery { flow: Some(theirs.clone()), limit: 100, ..RunQuery::default() }).await.items;
        let run = hidden.iter().find(|run| run.status.kind == StatusKind::Waiting).or(hidden.first()).unwrap().clone();
        let review = ada.detail(&run).await.reviews.first().map_or_else(|| "rev_x".to_owned(), |review| review.id.clone());
        let before = ada.detail(&run).await;
        for route in dialect.relayed().routes {
            let id = match route.about {
                About::Run(_) => &run.id,
                About::Review(_) => &review,
                _ => theirs,
            };
            let path = route.path.replacen('*', id, 1).replacen('*', &run.id, 1);
            let fields = json!({ "workflow_id": theirs, "flow_id": theirs, "run_id": run.id, "review_id": review, "approved": true,
                "node_id": review, "decision": "approved", "flow_execution_id": run.id });
            // Every name that one of the vendors has for what is asked.
            let query: String = ["workflow_id", "flow_id", "run_id", "review_id", "flow_execution_id"]
                .map(|name| format!("{name}={}", fields[name].as_str().unwrap()))
                .join("&");
            for query in ["", &format!("?{query}"), &format!("?flow_id={mine}&flow_id={theirs}&workflow_id={mine}&workflow_id={theirs}")] {
                let url = split.world.gateway.url(&format!("/api/c/{}/{path}{query}", dialect.slug()));
                let method = reqwest::Method::from_bytes(route.method.word().as_bytes()).unwrap();
                let call = split.world.gateway.client.request(method.clone(), url).bearer_auth(&split.reviewer).header("x-sluice", "1");
                let call = if method == reqwest::Method::GET {
                    call
                } else {
                    call.header("content-type", "application/json").body(fields.to_string())
                };
                let answer = call.send().await.unwrap();
                let (status, body) = (answer.status(), String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned());
                let what = format!("{dialect:?} {method} {path}{query}: {status} {body}");
                for secret in [&run.id, theirs] {
                    assert!(!status.is_success() || !body.contains(secret.as_str()), "{what}");
                }
                if method != reqwest::Method::GET {
                    assert!(matches!(status.as_u16(), 400 | 403 | 404), "{what}");
                }
            }
        }
        let after = ada.detail(&run).await;
        assert_eq!((after.run.status, after.run.updated_at), (before.run.status, before.run.updated_at), "{dialect:?}: untouched");
    }
}

#[tokio::test]
async fn what_is_another_flows_looks_like_what_there_is_not() {
    let split = split().await;
    for (dialect, _, theirs) in &split.flows {
        if *dialect == Dialect::FlowStack {
            continue;
        }
        let ada = split.world.vendor_as(*dialect, &split.admin);
        let run = ada.page(&RunQuery { flow: Some(theirs.clone()), limit: 1, ..RunQuery::default() }).await.items.remove(0);
        let route = dialect.relayed().routes.iter().find(|route| matches!(route.about, About::Run(_))).unwrap();
        let mut answers = Vec::new();
        for id in [run.id.as_str(), "00000000-0000-4000-8000-000000000000"] {
            let path = format!("/api/c/{}/{}", dialect.slug(), route.path.replace('*', id));
            let answer = split.world.gateway.get(&path).bearer_auth(&split.reviewer).send().await.unwrap();
            answers.push((answer.status().as_u16(), detail(answer).await));
        }
        assert_eq!(answers[0], answers[1], "{dialect:?}");
        assert_eq!(answers[0].0, 404, "{dialect:?}");
    }
    // Of a connection of which one sees nothing, not even that it is there.
    let mut people = People::new();
    let some = people.add("Bo", vec![grant(Role::Admin, "retab", &["wf_x"])]);
    let world = World::with(|config| config.sign_in = people.sign_in).await;
    let ask = async |path: &str| {
        let answer = world.gateway.get(path).bearer_auth(&some).send().await.unwrap();
        (answer.status().as_u16(), detail(answer).await)
    };
    assert_eq!(ask("/api/c/superai/flows").await, ask("/api/c/nowhere/flows").await);
    let told = world.gateway.get("/api/config").bearer_auth(&some).send().await.unwrap();
    let told: Value = serde_json::from_slice(&told.bytes().await.unwrap()).unwrap();
    assert_eq!(told["connections"].as_array().unwrap().len(), 1);
    assert_eq!(told["connections"][0]["first_flow"], "wf_x", "not the vendor's first one");
    assert_eq!(told["connections"][0]["decides"], json!(["wf_x"]));
}

#[tokio::test]
async fn a_file_is_given_to_whoever_sees_the_run_that_has_it() {
    let split = split().await;
    for dialect in [Dialect::Retab, Dialect::RetabReviews] {
        let ada = split.world.vendor_as(dialect, &split.admin);
        let run = ada.start("purchase-order-4711.pdf", "invoice-4711.csv", "key-file").await;
        let detail = ada.until(&run, |detail| detail.files.iter().any(|file| file.id.is_some())).await;
        let file = detail.files.iter().find_map(|file| file.id.clone()).unwrap();
        let get = async |token: &str, query: &str| {
            let path = format!("/api/c/{}/file/{}{query}", dialect.slug(), runs::value::percent::encode(&file));
            split.world.gateway.get(&path).bearer_auth(token).send().await.unwrap().status().as_u16()
        };
        let of = |run: &str| format!("?run={}", runs::value::percent::encode(run));
        assert_eq!(get(&split.admin, "").await, 200, "{dialect:?}");
        assert_eq!(get(&split.reviewer, &of(&run.id)).await, 200, "{dialect:?}");
        assert_eq!(get(&split.reviewer, "").await, 404, "{dialect:?}: of no run");
        assert_eq!(get(&split.other, &of(&run.id)).await, 404, "{dialect:?}: of a run that one may not see");
        let (_, mine, theirs) = split.flows.iter().find(|(found, ..)| *found == dialect).unwrap();
        for (token, flow) in [(&split.reviewer, mine), (&split.other, theirs)] {
            let page = ada.page(&RunQuery { flow: Some(flow.clone()), limit: 5, ..RunQuery::default() }).await;
            let another = page.items.iter().find(|found| found.id != run.id).unwrap();
            assert_eq!(get(token, &of(&another.id)).await, 404, "{dialect:?}: of a run that does not have it");
        }
    }
}

#[tokio::test]
async fn the_audit_log_and_presence_are_of_the_flows_that_one_may_see() {
    let split = split().await;
    let (_, mine, theirs) = split.flows.iter().find(|(found, ..)| *found == Dialect::Retab).unwrap();
    let ada = split.world.vendor_as(Dialect::Retab, &split.admin);
    let mut runs = Vec::new();
    for flow in [mine, theirs] {
        runs.push(ada.page(&RunQuery { flow: Some(flow.clone()), limit: 1, ..RunQuery::default() }).await.items.remove(0));
    }
    let gateway = &split.world.gateway;
    let entry = |key: &str, flow: &str, run: &str| {
        json!({ "kind": "intent", "key": key, "connection": "retab", "flow": flow, "run": run, "review": "n", "review_name": "N", "pin": "p",
            "attempt": 1, "decision": "approve", "who": "x", "client_at": 1_700_000_060_000i64 })
    };
    let append = async |token: &str, entry: &Value| {
        gateway.post("/api/audit", &entry.to_string()).bearer_auth(token).send().await.unwrap().status().as_u16()
    };
    assert_eq!(append(&split.admin, &entry("k1", mine, &runs[0].id)).await, 201);
    assert_eq!(append(&split.admin, &entry("k2", theirs, &runs[1].id)).await, 201);
    assert_eq!(append(&split.reviewer, &entry("k3", theirs, &runs[1].id)).await, 403, "another flow");
    assert_eq!(append(&split.reviewer, &entry("k3", mine, &runs[1].id)).await, 403, "another flow's run under one's own flow");
    assert_eq!(append(&split.reviewer, &entry("k3", mine, &runs[0].id)).await, 201);
    let text = async |token: &str, path: &str| {
        let answer = gateway.get(path).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        String::from_utf8(answer.bytes().await.unwrap().to_vec()).unwrap()
    };
    for (token, keys) in [(&split.admin, &["k1", "k2", "k3"][..]), (&split.reviewer, &["k1", "k3"]), (&split.other, &["k2"])] {
        for path in
            ["/api/audit", "/api/audit.csv", &format!("/api/audit?connection=retab&flow={mine}"), &format!("/api/audit?run={}", runs[1].id)]
        {
            let log = text(token, path).await;
            for key in ["k1", "k2", "k3"] {
                assert!(!log.contains(&format!("{key}\"")) || keys.contains(&key), "{path}: {log}");
                let whole = ["/api/audit", "/api/audit.csv"].contains(&path);
                assert!(!whole || !keys.contains(&key) || log.contains(key), "{path}: {log}");
            }
        }
        let figures: Value = serde_json::from_str(&text(token, "/api/audit/figures?days=7").await).unwrap();
        assert_eq!(figures["decisions"], keys.len(), "{figures}");
    }
    let tell = async |token: &str, run: &str| {
        let beat = json!({ "connection": "retab", "run": run, "review": "n", "who": "", "tab": "t" });
        let request = gateway.client.put(gateway.url("/api/presence")).header("x-sluice", "1").header("content-type", "application/json");
        request.bearer_auth(token).body(beat.to_string()).send().await.unwrap().status().as_u16()
    };
    assert_eq!((tell(&split.admin, &runs[0].id).await, tell(&split.other, &runs[1].id).await), (200, 200));
    assert_eq!(tell(&split.reviewer, &runs[1].id).await, 422, "of a run that one may not see");
    for (token, sees) in [(&split.reviewer, &runs[0].id), (&split.other, &runs[1].id)] {
        let here: Value = serde_json::from_str(&text(token, "/api/presence?connection=retab").await).unwrap();
        let here: Vec<&str> = here["here"].as_array().unwrap().iter().map(|here| here["run"].as_str().unwrap()).collect();
        assert_eq!(here, [sees.as_str()]);
    }
}

#[tokio::test]
async fn an_answer_that_names_another_flow_is_kept_back_even_where_the_vendor_was_asked_for_ones_own() {
    // A vendor that ignores what it is asked for.
    let vendor = crate::support::Vendor::answering(|_| {
        let body = json!({ "data": [{ "id": "r1", "workflow_id": "wf_2" }, { "id": "r2", "workflow_id": "wf_1" }], "workflow_id": "wf_2" });
        axum::http::Response::builder().header("content-type", "application/json").body(axum::body::Body::from(body.to_string())).unwrap()
    })
    .await;
    let mut people = People::new();
    let token = people.add("Rea", vec![grant(Role::Reviewer, "retab", &["wf_1"])]);
    let base = vendor.base.clone();
    let gateway = gateway_with(|config| {
        config.connections = vec![connection("retab", Dialect::Retab, &base)];
        config.sign_in = people.sign_in;
    })
    .await;
    let get = |path: &str| gateway.get(&format!("/api/c/retab/{path}")).bearer_auth(&token).send();
    let list = String::from_utf8(get("workflows/runs?workflow_id=wf_1").await.unwrap().bytes().await.unwrap().to_vec()).unwrap();
    assert!(list.contains("r2") && !list.contains("r1"), "{list}");
    assert_eq!(get("workflows/wf_1").await.unwrap().status(), 404, "the answer is of another flow");
    let error = get("workflows/runs/counts").await.unwrap();
    assert_eq!(error.status(), 403, "counts of all flows");
    assert!(detail(error).await.contains("does not say which"));
    // Of two names in one body the vendor would read the other: one is all that goes on.
    let live = crate::support::Vendor::plain().await;
    let mut people = People::new();
    let token = people.add("Ada", vec![grant(Role::Admin, "live", &["wf_1"])]);
    let base = live.base.clone();
    let gateway = gateway_with(|config| {
        config.connections = vec![connection("live", Dialect::RetabReviews, &base)];
        config.sign_in = people.sign_in;
    })
    .await;
    let start = |body: &str| gateway.post("/api/c/live/workflows/runs", body).bearer_auth(&token).send();
    assert_eq!(start(r#"{"workflow_id":"wf_1","workflow_id":"wf_2"}"#).await.unwrap().status(), 404);
    assert_eq!(start(r#"{"workflow_id":"wf_2","workflow_id":"wf_1","n":1.500}"#).await.unwrap().status(), 200);
    let seen = live.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].body, r#"{"workflow_id":"wf_1","n":1.500}"#.as_bytes());
    assert!(!seen[0].headers.contains_key("authorization") || !seen[0].headers["authorization"].to_str().unwrap().contains(&token));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_tells_of_ones_own_flows_only() {
    let split = split().await;
    let gateway = &split.world.gateway;
    let settings = gateway::ledger::Settings { requests_per_second: 1_000, ..gateway::ledger::Settings::default() };
    let _walking = gateway::ledger::start(&gateway.app, settings);
    let read = async |token: &str, path: &str| {
        let answer = gateway.get(path).bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let flows = async |token: &str| read(token, "/api/ledger?connection=retab").await.1["flows"].as_array().unwrap().clone();
    let began = std::time::Instant::now();
    loop {
        let known = flows(&split.admin).await;
        if known.len() > 1 && known.iter().all(|flow| flow["state"] == "kept") {
            break;
        }
        assert!(began.elapsed().as_secs() < 120, "the ledger never got there: {known:?}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let (_, mine, theirs) = split.flows.iter().find(|(dialect, ..)| *dialect == Dialect::Retab).unwrap();
    let told: Vec<Value> = flows(&split.reviewer).await.iter().map(|flow| flow["flow"].clone()).collect();
    assert_eq!(told, [json!(mine)]);
    for (flow, seen) in [(mine, true), (theirs, false)] {
        let first = format!("/api/ledger/retab/runs/{flow}/1");
        let (status, body) = read(&split.admin, &first).await;
        let run = body["run"].as_str().unwrap().to_owned();
        assert_eq!((status, read(&split.reviewer, &first).await.0), (200, if seen { 200 } else { 404 }));
        for query in [format!("ids={run}"), format!("ids={run}&flow={flow}")] {
            let (status, body) = read(&split.reviewer, &format!("/api/ledger/retab/numbers?{query}")).await;
            assert_eq!((status, body["numbers"].get(&run).is_some()), (200, seen), "{query}");
            assert_eq!(body["state"].is_string(), seen && query.contains("flow="), "{query}");
        }
    }
    assert_eq!(gateway.get("/api/ledger").send().await.unwrap().status(), 401);
}
