//! Drafts at the gateway: whose they are, what a clash is, how they end, and what stands in the database.

use std::sync::Arc;

use gateway::auth::{Grant, Role};
use gateway::drafts::{Keys, Settings};
use runs::Dialect;
use serde_json::{Value, json};
use sqlx::{Connection as _, Row as _};

use crate::place::{Place, on_both};
use crate::support::*;
use crate::who::{People, grant};
use crate::world::{RECONCILIATION, SHOWCASE, World};

on_both!(
    a_draft_is_found_by_its_owner_in_another_browser_and_by_nobody_else,
    two_browsers_that_do_not_know_of_each_other_clash,
    of_many_writes_at_the_same_moment_one_is_first,
    what_stands_in_the_database_is_sealed,
    a_key_takes_anothers_place,
    a_draft_goes_when_its_review_was_decided,
    old_drafts_go,
);

/// `openssl rand -base64 32`, or as good as.
const KEY: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
const NEXT_KEY: &str = "EjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJCrze8=";
const EDITED: i64 = 1_700_000_000_000;

fn sealed_by(keys: &str) -> Settings {
    Settings { keys: Some(Arc::new(Keys::read(keys).unwrap())), ..Settings::default() }
}

/// Ada, who is an admin, Rea, a reviewer, Vera, a viewer; their tokens.
struct Desk {
    gateway: Gateway,
    ada: String,
    rea: String,
    vera: String,
}

async fn desk(place: &Place, drafts: Settings) -> Desk {
    let mut people = People::new();
    let ada = people.add("Ada", vec![Grant::everywhere(Role::Admin)]);
    let rea = people.add("Rea", vec![Grant::everywhere(Role::Reviewer)]);
    let vera = people.add("Vera", vec![Grant::everywhere(Role::Viewer)]);
    let base = nobody().await;
    let gateway = gateway_with(|config| {
        config.store = Some(place.location.clone());
        config.connections = vec![connection("retab", Dialect::Retab, &base)];
        config.sign_in = people.sign_in;
        config.drafts = drafts;
    });
    Desk { gateway: gateway.await, ada, rea, vera }
}

/// Of review `n1` of run `r1`, as browser `writer` writes it.
fn draft(writer: &str, text: &str) -> Value {
    json!({ "connection": "retab", "run": "r1", "review": "n1", "pin": "d1", "edited": EDITED, "writer": writer, "before": null, "text": text })
}

fn with(mut draft: Value, name: &str, value: impl Into<Value>) -> Value {
    draft[name] = value.into();
    draft
}

const ONE: &str = "connection=retab&run=r1&review=n1";

async fn told(answer: reqwest::Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    assert!(answer.headers()["cache-control"].to_str().unwrap().contains("no-store"), "{status}");
    (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
}

impl Desk {
    async fn put(&self, token: &str, draft: &Value) -> (u16, Value) {
        let request = self.gateway.client.put(self.gateway.url("/api/drafts")).header("x-sluice", "1").bearer_auth(token);
        told(request.header("content-type", "application/json").body(draft.to_string()).send().await.unwrap()).await
    }

    async fn version(&self, token: &str, draft: &Value) -> i64 {
        let (status, answer) = self.put(token, draft).await;
        assert_eq!(status, 200, "{answer}");
        answer["version"].as_i64().unwrap()
    }

    async fn get(&self, token: &str, query: &str) -> (u16, Value) {
        told(self.gateway.get(&format!("/api/drafts?{query}")).bearer_auth(token).send().await.unwrap()).await
    }

    async fn text(&self, token: &str) -> Option<String> {
        let (status, answer) = self.get(token, ONE).await;
        assert_eq!((status, &answer["kept"]), (200, &json!(true)), "{answer}");
        answer["draft"]["text"].as_str().map(str::to_owned)
    }

    async fn delete(&self, token: &str, query: &str) -> (u16, Value) {
        let request = self.gateway.client.delete(self.gateway.url(&format!("/api/drafts?{query}"))).header("x-sluice", "1");
        told(request.bearer_auth(token).send().await.unwrap()).await
    }
}

/// What one column holds, row by row.
async fn column(place: &Place, what: &'static str) -> Vec<String> {
    sqlx::any::install_default_drivers();
    let argument = place.argument();
    let url = if place.is_postgres() { argument } else { format!("sqlite:{argument}") };
    let mut database = sqlx::AnyConnection::connect(&url).await.unwrap();
    let rows = sqlx::query(what).fetch_all(&mut database).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}

async fn a_draft_is_found_by_its_owner_in_another_browser_and_by_nobody_else(place: Place) {
    let desk = desk(&place, sealed_by(KEY)).await;
    assert_eq!(desk.get(&desk.rea, ONE).await.1, json!({ "kept": true, "draft": null }));
    let first = desk.version(&desk.rea, &draft("a", "{\"total\":64.25}")).await;
    let (_, found) = desk.get(&desk.rea, ONE).await;
    let found = &found["draft"];
    assert_eq!((&found["text"], &found["pin"], &found["writer"]), (&json!("{\"total\":64.25}"), &json!("d1"), &json!("a")));
    assert_eq!((found["edited"].as_i64(), found["version"].as_i64()), (Some(EDITED), Some(first)));
    // Others have drafts of the same review, and not this one.
    assert_eq!(desk.text(&desk.ada).await, None);
    desk.version(&desk.ada, &draft("c", "hers")).await;
    assert_eq!(desk.delete(&desk.ada, &format!("{ONE}&writer=a&version={first}")).await.1["gone"], false);
    assert_eq!((desk.text(&desk.rea).await.unwrap(), desk.text(&desk.ada).await.unwrap()), ("{\"total\":64.25}".into(), "hers".into()));
    // Who may not decide has none, whatever is asked.
    let refused = [
        desk.get(&desk.vera, ONE).await,
        desk.put(&desk.vera, &draft("v", "x")).await,
        desk.delete(&desk.vera, &format!("{ONE}&writer=a")).await,
    ];
    for (status, answer) in refused {
        assert!(status == 403 && answer["detail"].as_str().unwrap().contains("takes the role reviewer"), "{answer}");
    }
    assert_eq!(column(&place, "SELECT owner FROM drafts ORDER BY owner").await, ["name Ada", "name Rea"]);
    // Other addresses of the same kind are other drafts.
    for other in ["connection=retab&run=r1&review=n2", "connection=retab&run=r2&review=n1"] {
        assert_eq!(desk.get(&desk.rea, other).await.1["draft"], Value::Null);
    }
}

async fn two_browsers_that_do_not_know_of_each_other_clash(place: Place) {
    let desk = desk(&place, sealed_by(KEY)).await;
    let first = desk.version(&desk.rea, &draft("a", "one")).await;
    let (status, answer) = desk.put(&desk.rea, &draft("b", "two")).await;
    assert!(status == 409 && answer["detail"].as_str().unwrap().contains("Another browser"), "{answer}");
    assert_eq!(desk.text(&desk.rea).await.unwrap(), "one", "nothing is written over");
    // Whoever knows of it goes on from it, and then the first one is behind.
    let second = desk.version(&desk.rea, &with(draft("b", "two"), "before", first)).await;
    assert!(second > first);
    assert_eq!(desk.put(&desk.rea, &with(draft("a", "three"), "before", first)).await.0, 409);
    assert_eq!(desk.text(&desk.rea).await.unwrap(), "two");
    // A browser's own writes never clash; one that was overtaken changes nothing.
    let third = desk.version(&desk.rea, &with(draft("b", "four"), "edited", EDITED + 2)).await;
    assert_eq!(desk.version(&desk.rea, &with(draft("b", "late"), "edited", EDITED + 1)).await, third);
    assert_eq!(desk.text(&desk.rea).await.unwrap(), "four");
    // What was dropped in one place is not brought back as if it were known.
    assert_eq!(desk.delete(&desk.rea, &format!("{ONE}&writer=a&version={second}")).await.1["gone"], false, "a newer one stands there");
    assert_eq!(desk.delete(&desk.rea, &format!("{ONE}&writer=a&version={third}")).await.1["gone"], true);
    let anew = desk.version(&desk.rea, &draft("b", "five")).await;
    assert!(anew > third, "no version comes twice");
    assert_eq!(desk.put(&desk.rea, &with(draft("a", "six"), "before", third)).await.0, 409);
    assert_eq!(desk.delete(&desk.rea, &format!("{ONE}&writer=b")).await.1["gone"], true);
}

async fn of_many_writes_at_the_same_moment_one_is_first(place: Place) {
    let desk = Arc::new(desk(&place, sealed_by(KEY)).await);
    let writes = (0..12).map(|at| {
        let desk = Arc::clone(&desk);
        tokio::spawn(async move { desk.put(&desk.rea, &draft(&format!("browser-{at}"), &format!("text {at}"))).await.0 })
    });
    let mut statuses = Vec::new();
    for write in writes.collect::<Vec<_>>() {
        statuses.push(write.await.unwrap());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 11, "{statuses:?}");
    assert_eq!(column(&place, "SELECT writer FROM drafts").await.len(), 1);
}

async fn what_stands_in_the_database_is_sealed(place: Place) {
    let desk = desk(&place, sealed_by(KEY)).await;
    let secret = "Zaphod Beeblebrox owes 64.25";
    desk.version(&desk.rea, &draft("a", secret)).await;
    let whole = "SELECT owner || ' ' || pin || ' ' || writer || ' ' || key || ' ' || sealed FROM drafts";
    let row = column(&place, whole).await.remove(0);
    for part in [secret, "Zaphod", "64.25", KEY] {
        assert!(!row.contains(part), "{row}");
    }
    if !place.is_postgres() {
        for end in ["", "-wal"] {
            let file = std::fs::read(format!("{}{end}", place.argument())).unwrap();
            assert!(memchr(&file, b"name Rea") || end.is_empty(), "the file that holds it");
            assert!(!memchr(&file, b"Zaphod"));
        }
    }
    // Given to somebody else by whoever can write to the database, it does not open, and whoever owns the place goes on.
    place.meddle("UPDATE drafts SET owner = 'name Ada'").await.unwrap();
    assert_eq!(desk.text(&desk.ada).await, None);
    let (_, found) = desk.get(&desk.ada, ONE).await;
    let known = found["draft"]["version"].as_i64().unwrap();
    desk.version(&desk.ada, &with(draft("b", "mine"), "before", known)).await;
    assert_eq!(desk.text(&desk.ada).await.unwrap(), "mine");
    place.meddle("UPDATE drafts SET edited = edited + 1").await.unwrap();
    assert_eq!(desk.text(&desk.ada).await, None, "nor with another time");
}

fn memchr(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}

async fn a_key_takes_anothers_place(place: Place) {
    let before = desk(&place, sealed_by(KEY)).await;
    before.version(&before.rea, &draft("a", "under the old key")).await;
    let between = desk(&place, sealed_by(&format!("{NEXT_KEY}\n{KEY}"))).await;
    assert_eq!(between.text(&between.rea).await.unwrap(), "under the old key");
    let old = column(&place, "SELECT key FROM drafts").await;
    // A replica that has not got the new key yet finds nothing to open, and says nothing wrong.
    between.version(&between.rea, &with(draft("a", "under the new key"), "edited", EDITED + 1)).await;
    assert_ne!(column(&place, "SELECT key FROM drafts").await, old);
    assert_eq!(before.text(&before.rea).await, None);
    let after = desk(&place, sealed_by(NEXT_KEY)).await;
    assert_eq!(after.text(&after.rea).await.unwrap(), "under the new key");
}

async fn a_draft_goes_when_its_review_was_decided(place: Place) {
    let desk = desk(&place, sealed_by(KEY)).await;
    for token in [&desk.ada, &desk.rea] {
        desk.version(token, &draft("a", "edits")).await;
        desk.version(token, &with(draft("a", "edits"), "review", "n2")).await;
    }
    let entry = |kind: &str, outcome: Option<&str>, at: i64| {
        let mut entry = json!({
            "kind": kind, "key": "k1", "connection": "retab", "flow": "wf_1", "run": "r1", "review": "n1", "review_name": "Check totals",
            "pin": "d1", "attempt": 1, "decision": "approve", "who": "Ada", "client_at": EDITED + at,
        });
        if let Some(outcome) = outcome {
            entry["outcome"] = outcome.into();
        }
        entry.to_string()
    };
    for (entry, left) in [
        (entry("intent", None, 0), 4),
        (entry("outcome", Some("not_confirmed"), 1), 4),
        (entry("outcome", Some("changed"), 2), 4),
        (entry("outcome", Some("accepted"), 3), 2),
    ] {
        let status = desk.gateway.post("/api/audit", &entry).bearer_auth(&desk.ada).send().await.unwrap().status();
        assert_eq!(status, 201, "{entry}");
        assert_eq!(column(&place, "SELECT review FROM drafts").await.len(), left, "{entry}");
    }
    assert_eq!(column(&place, "SELECT review FROM drafts").await, ["n2", "n2"]);
}

async fn old_drafts_go(place: Place) {
    let desk = desk(&place, Settings { days: 30, ..sealed_by(KEY) }).await;
    for review in ["n1", "n2"] {
        desk.version(&desk.rea, &with(draft("a", "edits"), "review", review)).await;
    }
    let day = 86_400_000_i64;
    place.meddle(&format!("UPDATE drafts SET saved = saved - {} WHERE review = 'n1'", 29 * day)).await.unwrap();
    assert_eq!(desk.text(&desk.rea).await.unwrap(), "edits");
    place.meddle(&format!("UPDATE drafts SET saved = saved - {} WHERE review = 'n1'", day + 1)).await.unwrap();
    assert_eq!(desk.text(&desk.rea).await, None, "too old, though it is still there");
    let store = gateway::store::Store::open(&place.location).await.unwrap();
    let sweeping = gateway::drafts::sweep(store, Settings { days: 30, ..Settings::default() });
    for _ in 0..100 {
        if column(&place, "SELECT review FROM drafts").await == ["n2"] {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(column(&place, "SELECT review FROM drafts").await, ["n2"]);
    drop(sweeping);
}

#[tokio::test]
async fn without_a_key_no_draft_is_kept() {
    let place = Place::sqlite();
    let desk = desk(&place, Settings::default()).await;
    assert_eq!(desk.get(&desk.rea, ONE).await, (200, json!({ "kept": false })));
    let (status, answer) = desk.put(&desk.rea, &draft("a", "x")).await;
    assert!(status == 404 && answer["detail"].as_str().unwrap().contains("no key"), "{answer}");
    assert_eq!(desk.get(&desk.vera, ONE).await.0, 403);
    assert_eq!(column(&place, "SELECT review FROM drafts").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_no_draft_is_refused_and_drafts_are_bounded() {
    let place = Place::sqlite();
    let desk = desk(&place, sealed_by(KEY)).await;
    for (name, value) in [
        ("connection", json!("other")),
        ("run", json!("")),
        ("review", json!("x".repeat(513))),
        ("review", json!("a\0b")),
        ("pin", json!("")),
        ("edited", json!(-1)),
        ("edited", json!("yesterday")),
        ("writer", json!("x".repeat(101))),
        ("before", json!("1")),
        ("text", json!("")),
        ("owner", json!("name Ada")),
    ] {
        let (status, answer) = desk.put(&desk.rea, &with(draft("a", "x"), name, value)).await;
        assert_eq!(status, 422, "{name}: {answer}");
    }
    assert_eq!(desk.put(&desk.rea, &json!([])).await.0, 422);
    assert_eq!(desk.put(&desk.rea, &draft("a", &"x".repeat(2 * 1024 * 1024))).await.0, 413);
    assert_eq!(desk.get(&desk.rea, "connection=retab&run=r1").await.0, 400);
    assert_eq!(desk.delete(&desk.rea, ONE).await.0, 400);
    let unguarded =
        desk.gateway.client.put(desk.gateway.url("/api/drafts")).header("content-type", "application/json").bearer_auth(&desk.rea);
    assert_eq!(unguarded.body(draft("a", "x").to_string()).send().await.unwrap().status(), 403);
    assert_eq!(desk.gateway.get(&format!("/api/drafts?{ONE}")).send().await.unwrap().status(), 401, "nobody signed in");

    assert_eq!(desk.put(&desk.rea, &with(draft("a", "x"), "review", "n0")).await.0, 200);
    // As if it were one of 32 MB, which takes long to make.
    place.meddle("UPDATE drafts SET size = 33554400").await.unwrap();
    let (status, answer) = desk.put(&desk.rea, &with(draft("a", "x"), "review", "more")).await;
    assert!(status == 507 && answer["detail"].as_str().unwrap().contains("browser only"), "{answer}");
    assert_eq!(desk.put(&desk.rea, &with(draft("a", "small"), "review", "n0")).await.0, 200, "one that is there may change");
    for at in 0..200 {
        assert_eq!(desk.put(&desk.ada, &with(draft("a", "x"), "review", format!("n{at}"))).await.0, 200);
    }
    assert_eq!(desk.put(&desk.ada, &with(draft("a", "x"), "review", "one-more")).await.0, 507);
}

#[tokio::test]
async fn a_reviewer_of_one_flow_has_drafts_in_it_only() {
    let open = World::new().await;
    let vendor = open.vendor(Dialect::Retab);
    let (mine, other) = (vendor.flow(RECONCILIATION).await, vendor.flow(SHOWCASE).await);
    let mut people = People::new();
    let rea = people.add("Rea", vec![grant(Role::Reviewer, "retab", &[&mine]), grant(Role::Viewer, "retab", &[&other])]);
    let ada = people.add("Ada", vec![Grant::everywhere(Role::Admin)]);
    let world = World::with(|config| {
        config.sign_in = people.sign_in;
        config.drafts = sealed_by(KEY);
    });
    let world = world.await;
    let seen = world.vendor_as(Dialect::Retab, &ada);
    let run_of = async |flow: &String| {
        let query = runs::adapters::query::RunQuery { flow: Some(flow.clone()), limit: 1, ..Default::default() };
        seen.page(&query).await.items.remove(0).id
    };
    for (run, expected) in [(run_of(&mine).await, 200), (run_of(&other).await, 403)] {
        let body = with(draft("a", "x"), "run", run.clone()).to_string();
        let put = world.gateway.client.put(world.gateway.url("/api/drafts")).header("x-sluice", "1").bearer_auth(&rea);
        let put = put.header("content-type", "application/json").body(body).send().await.unwrap();
        assert_eq!(put.status(), expected, "{run}");
        let get = world.gateway.get(&format!("/api/drafts?connection=retab&run={run}&review=n1")).bearer_auth(&rea).send().await.unwrap();
        assert_eq!(get.status(), expected, "{run}");
    }
}

#[tokio::test]
async fn who_sits_at_a_gateway_without_a_sign_in_has_drafts_too() {
    let gateway = gateway_with(|config| config.drafts = sealed_by(KEY)).await;
    assert_eq!(gateway.get(&format!("/api/drafts?{ONE}")).send().await.unwrap().status(), 422, "no such connection");
    let base = nobody().await;
    let gateway = gateway_with(|config| {
        config.connections = vec![connection("retab", Dialect::Retab, &base)];
        config.drafts = sealed_by(KEY);
    });
    let gateway = gateway.await;
    let put = gateway.client.put(gateway.url("/api/drafts")).header("x-sluice", "1").header("content-type", "application/json");
    assert_eq!(put.body(draft("a", "mine").to_string()).send().await.unwrap().status(), 200);
    let (_, found) = told(gateway.get(&format!("/api/drafts?{ONE}")).send().await.unwrap()).await;
    assert_eq!(found["draft"]["text"], "mine");
}
