//! The audit log over HTTP: appended to, read, and nothing else.

use gateway::store::{Location, Store};
use runs::Dialect;
use serde_json::{Value, json};

use crate::place::{Place, on_both};
use crate::support::*;

mod chain;
mod reading;

/// A gateway on this store.
async fn log(place: &Place) -> Gateway {
    let base = nobody().await;
    gateway_with(|config| {
        config.store = Some(place.location.clone());
        config.connections = vec![connection("retab", Dialect::Retab, &base)];
    })
    .await
}

on_both!(
    an_entry_is_written_once,
    a_key_belongs_to_one_decision,
    what_does_not_fit_is_refused_with_its_field,
    nothing_is_changed_or_deleted,
    the_database_itself_refuses_changes_and_keeps_what_it_has
);

/// An intent with the fields that every entry has.
fn intent(key: &str) -> Value {
    json!({
        "kind": "intent", "key": key, "connection": "retab", "flow": "wf_1", "flow_name": "Invoices", "run": "run_1",
        "review": "node-1", "review_name": "Check totals", "pin": "d1", "attempt": 1, "decision": "approve", "who": "Ada Lovelace",
        "waiting_since": 1_700_000_000_000i64, "client_at": 1_700_000_060_000i64, "changes": []
    })
}

fn outcome(key: &str, word: &str) -> Value {
    with(&with(&intent(key), "kind", json!("outcome")), "outcome", json!(word))
}

fn with(entry: &Value, name: &str, value: Value) -> Value {
    let mut entry = entry.clone();
    entry[name] = value;
    entry
}

async fn append(gateway: &Gateway, entry: &Value) -> (u16, Value) {
    append_text(gateway, &entry.to_string()).await
}

async fn append_text(gateway: &Gateway, entry: &str) -> (u16, Value) {
    let answer = gateway.post("/api/audit", entry).send().await.unwrap();
    let status = answer.status().as_u16();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(kind, if status < 300 { "application/json" } else { "application/problem+json" });
    (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
}

async fn an_entry_is_written_once(place: Place) {
    let gateway = log(&place).await;
    let (status, first) = append(&gateway, &intent("k1")).await;
    assert_eq!(status, 201);
    // The answer was lost; the browser's clock went on.
    let (status, again) = append(&gateway, &with(&intent("k1"), "client_at", json!(1_700_000_099_000i64))).await;
    assert_eq!((status, again), (200, first));

    assert_eq!(append(&gateway, &outcome("k1", "not_confirmed")).await.0, 201);
    assert_eq!(append(&gateway, &outcome("k1", "accepted")).await.0, 201);
    assert_eq!(append(&gateway, &outcome("k1", "not_confirmed")).await.0, 200);
}

async fn a_key_belongs_to_one_decision(place: Place) {
    let gateway = log(&place).await;
    let edited = with(&intent("k1"), "changes", json!([{ "path": "/total", "before": 1, "after": 2 }]));
    assert_eq!(append(&gateway, &edited).await.0, 201);
    for (name, value) in [
        ("run", json!("run_2")),
        ("review", json!("node-2")),
        ("decision", json!("reject")),
        ("pin", json!("d2")),
        ("reason", json!("because")),
        ("changes", json!([])),
        ("changes", json!([{ "path": "/total", "before": 1, "after": 3 }])),
        ("changes", json!([{ "path": "/total", "before": 1 }])),
    ] {
        let (status, problem) = append(&gateway, &with(&edited, name, value.clone())).await;
        assert_eq!(status, 409, "{name} {value}");
        assert!(problem["detail"].as_str().unwrap().contains("another decision"));
    }
    assert_eq!(append(&gateway, &outcome("nobody", "accepted")).await.0, 409, "an outcome of nothing");
    assert_eq!(append(&gateway, &with(&outcome("k1", "accepted"), "run", json!("run_2"))).await.0, 409);
}

async fn what_does_not_fit_is_refused_with_its_field(place: Place) {
    let gateway = log(&place).await;
    let long = "x".repeat(20_000);
    let change = |change: Value| json!([change]);
    for (name, value, says) in [
        ("who", json!("   "), "who"),
        ("who", json!("x".repeat(201)), "who"),
        ("key", json!(""), "key"),
        ("key", json!(long), "key"),
        ("run", json!(7), "invalid type"),
        ("run", Value::Null, "invalid type"),
        ("connection", json!("elsewhere"), "connection"),
        ("decision", json!("maybe"), "maybe"),
        ("kind", json!("note"), "note"),
        ("reason", json!(long), "reason"),
        ("outcome", json!("accepted"), "outcome"),
        ("recorded_at", json!(1), "recorded_at"),
        ("client_at", json!(-1), "client_at"),
        ("client_at", json!(1e30), "invalid"),
        ("waiting_since", json!(99_999_999_999_999_999i64), "waiting_since"),
        ("attempt", json!(-3), "invalid"),
        ("at", json!(1), "unknown field"),
        ("id", json!(1), "unknown field"),
        ("changes", json!("none"), "invalid type"),
        ("changes", change(json!({ "path": "total", "after": 1 })), "JSON pointer"),
        ("changes", change(json!({ "path": "/total" })), "neither before nor after"),
        ("changes", change(json!({ "path": "/total", "after": 1, "who": "me" })), "unknown field"),
        ("changes", Value::Array(vec![json!({ "path": "/total", "after": 1 }); 20_001]), "20000"),
    ] {
        let (status, problem) = append(&gateway, &with(&intent("k1"), name, value)).await;
        let detail = problem["detail"].as_str().unwrap();
        assert_eq!(status, 422, "{name}: {detail}");
        assert!(detail.contains(says), "{name}: {detail}");
    }
    for missing in ["who", "key", "kind", "run", "client_at", "pin"] {
        let mut entry = intent("k1");
        entry.as_object_mut().unwrap().remove(missing);
        assert_eq!(append(&gateway, &entry).await.0, 422, "{missing}");
    }
    for text in ["", "[]", "null", "{", "\"x\"", &"[".repeat(100_000)] {
        assert_eq!(append_text(&gateway, text).await.0, 422);
    }
    assert_eq!(append(&gateway, &with(&outcome("k1", "accepted"), "outcome", json!("fine"))).await.0, 422);
    let (status, _) = append(&gateway, &with(&intent("k1"), "reason", json!("x".repeat(9 * 1024 * 1024)))).await;
    assert_eq!(status, 413);
}

async fn nothing_is_changed_or_deleted(place: Place) {
    let gateway = log(&place).await;
    append(&gateway, &intent("k1")).await;
    for path in ["/api/audit", "/api/audit/1", "/api/audit?id=1"] {
        for method in ["PUT", "PATCH", "DELETE"] {
            let request = gateway.client.request(method.parse().unwrap(), gateway.url(path)).header("x-sluice", "1");
            let status = request.header("content-type", "application/json").body("{}").send().await.unwrap().status().as_u16();
            assert!(matches!(status, 404 | 405), "{method} {path}: {status}");
        }
    }
    let unguarded =
        gateway.client.post(gateway.url("/api/audit")).header("content-type", "application/json").body(intent("k2").to_string());
    assert_eq!(unguarded.send().await.unwrap().status(), 403);
}

async fn the_database_itself_refuses_changes_and_keeps_what_it_has(place: Place) {
    let first = log(&place).await;
    let edited = with(&intent("k1"), "changes", json!([{ "path": "/total", "before": 1, "after": 2 }]));
    let (_, written) = append(&first, &edited).await;
    let second = log(&place).await;
    assert_eq!(append(&second, &edited).await, (200, written), "another start knows it");

    let replace =
        ["REPLACE INTO audit_entries SELECT * FROM audit_entries", "INSERT OR REPLACE INTO audit_changes SELECT * FROM audit_changes"];
    let own: &[&str] = if place.is_postgres() { &["TRUNCATE audit_entries, audit_changes"] } else { &replace };
    let both = [
        "UPDATE audit_entries SET who = 'nobody'",
        "DELETE FROM audit_entries",
        "UPDATE audit_changes SET after = '3'",
        "DELETE FROM audit_changes",
        "INSERT INTO audit_anchors (through, digest, written, at, keep, removed) VALUES (1, 'x', 1, 1, '1 day', 1)",
    ];
    for statement in both.iter().chain(own) {
        let refused = place.meddle(statement).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{statement}: {refused}");
    }
    #[cfg(unix)]
    if let Location::File(file) = &place.location {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn only_an_own_store_is_opened() {
    use sqlx::{Connection as _, Executor as _};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("text"), "this is no database, however long it is, and it stays as it is").unwrap();
    for (name, statement) in [("foreign", "CREATE TABLE x (y)"), ("newer", "PRAGMA user_version = 99; PRAGMA application_id = 1397511497")]
    {
        let mut database = sqlx::SqliteConnection::connect(&format!("sqlite:{}?mode=rwc", at(name).display())).await.unwrap();
        database.execute(statement).await.unwrap();
        database.close().await.unwrap();
    }
    for (path, says) in [
        (at("text"), "not a database"),
        (at("foreign"), "another program's"),
        (at("newer"), "a newer Sluice"),
        (at("no/such/folder/x.db"), "No such file"),
        (folder.path().to_owned(), "directory"),
    ] {
        let refused = Store::open(&Location::File(path)).await.unwrap_err();
        assert!(refused.contains(says) && refused.contains("--store"), "{refused}");
        assert_eq!(refused.lines().count(), 1);
    }
    assert!(std::fs::read_to_string(at("text")).unwrap().starts_with("this is no database"));
    for name in ["a b", "what?mode=memory", "#1 %41 &x", "ü:memory:", "../up.db"] {
        let inside = folder.path().join("inside");
        std::fs::create_dir_all(&inside).unwrap();
        Store::open(&Location::File(inside.join(name))).await.unwrap();
        assert!(std::fs::metadata(inside.join(name)).unwrap().len() > 0, "{name}: another file was opened");
    }
}
