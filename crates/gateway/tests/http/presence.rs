//! Who has a review open, as its pages tell over HTTP.

use runs::Dialect;
use serde_json::{Value, json};

use crate::place::{Place, on_both};
use crate::support::*;

on_both!(pages_of_a_review_learn_of_each_other);

/// A gateway on this store.
async fn on(place: &Place) -> Gateway {
    let base = nobody().await;
    gateway_with(|config| {
        config.store = Some(place.location.clone());
        config.connections = vec![connection("retab", Dialect::Retab, &base)];
    })
    .await
}

async fn tell(gateway: &Gateway, beat: Value) -> (u16, Value) {
    let request = gateway.client.put(gateway.url("/api/presence")).header("x-sluice", "1").header("content-type", "application/json");
    let answer = request.body(beat.to_string()).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
}

fn beat(tab: &str, review: &str) -> Value {
    json!({ "connection": "retab", "run": "r1", "review": review, "who": format!("Who {tab}"), "tab": tab })
}

fn who(answer: &Value) -> Vec<&str> {
    answer["here"].as_array().unwrap().iter().map(|here| here["who"].as_str().unwrap()).collect()
}

async fn pages_of_a_review_learn_of_each_other(place: Place) {
    let gateway = on(&place).await;
    // PostgreSQL serves several replicas; a file serves one gateway.
    let other = if place.is_postgres() { Some(on(&place).await) } else { None };
    let other = other.as_ref().unwrap_or(&gateway);
    assert_eq!(who(&tell(&gateway, beat("a", "x")).await.1), Vec::<&str>::new());
    assert_eq!(who(&tell(other, beat("b", "x")).await.1), ["Who a"]);
    assert_eq!(who(&tell(&gateway, beat("c", "y")).await.1), Vec::<&str>::new());
    let read = async |query: &str| {
        let answer = gateway.get(&format!("/api/presence?{query}")).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        serde_json::from_slice::<Value>(&answer.bytes().await.unwrap()).unwrap()
    };
    assert_eq!(who(&read("connection=retab").await), ["Who a", "Who b", "Who c"]);
    assert_eq!(who(&read("connection=retab&run=r1&review=x&except=a").await), ["Who b"]);
    assert_eq!(who(&read("connection=other").await), Vec::<&str>::new());
    assert!(read("").await["here"][0].get("tab").is_none(), "nobody can speak for another's tab");

    let mut leaving = beat("a", "x");
    leaving["gone"] = json!(true);
    tell(other, leaving).await;
    assert_eq!(who(&read("review=x").await), ["Who b"]);
}

#[tokio::test]
async fn what_no_page_would_tell_is_refused() {
    let gateway = gateway(vec![connection("retab", Dialect::Retab, &nobody().await)]).await;
    for (name, value) in [
        ("connection", json!("other")),
        ("run", json!("")),
        ("review", json!("x".repeat(513))),
        ("who", json!("x".repeat(201))),
        ("tab", json!(7)),
        ("since", json!(1)),
    ] {
        let mut beat = beat("a", "x");
        beat[name] = value;
        let (status, problem) = tell(&gateway, beat).await;
        assert_eq!(status, 422, "{name}: {problem}");
    }
    let mut large = beat("a", "x");
    large["who"] = json!("x".repeat(9_000));
    assert_eq!(tell(&gateway, large).await.0, 413);
    let unguarded = gateway.client.put(gateway.url("/api/presence")).header("content-type", "application/json").body("{}");
    assert_eq!(unguarded.send().await.unwrap().status(), 403);
    assert_eq!(gateway.get("/api/presence?who=x").send().await.unwrap().status(), 400);
    assert_eq!(gateway.client.delete(gateway.url("/api/presence")).header("x-sluice", "1").send().await.unwrap().status(), 405);
    assert_eq!(gateway.get("/api/presence").send().await.unwrap().text().await.unwrap(), "{\"here\":[]}");
}
