//! Two gateways on one PostgreSQL: neither hands out what it read before something was written through the other.

use std::time::{Duration, Instant};

use gateway::config::Traffic;
use gateway::upstream::Connection;

use crate::events::{Told, numbered, shared, watching};
use crate::place::{Place, on_both};
use crate::support::*;

on_both!(a_write_through_one_gateway_empties_what_the_other_keeps);

const RUN: &str = "/api/c/retab/workflows/runs/r1";

async fn read(gateway: &Gateway) -> String {
    gateway.get(RUN).send().await.unwrap().text().await.unwrap()
}

async fn write(gateway: &Gateway) {
    assert_eq!(gateway.post(&format!("{RUN}/cancel"), "{}").send().await.unwrap().status(), 200);
}

/// Until a read says so; how long that took.
async fn until(gateway: &Gateway, expected: &str) -> Duration {
    let begun = Instant::now();
    while read(gateway).await != expected {
        assert!(begun.elapsed() < Duration::from_secs(20), "{expected}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    begun.elapsed()
}

async fn a_write_through_one_gateway_empties_what_the_other_keeps(place: Place) {
    const SHARE: Duration = Duration::from_secs(10);
    let (vendor, _) = numbered().await;
    let start = || {
        let traffic = Traffic { share: SHARE, ..Traffic::default() };
        let connections = ["retab", "other"].map(|id| Connection { id: id.into(), traffic: traffic.clone(), ..shared(&vendor.base) });
        gateway_with(|config| {
            config.store = Some(place.location.clone());
            config.connections = connections.into();
        })
    };
    let one = start().await;
    // PostgreSQL serves several replicas; a file serves one gateway.
    let two = if place.is_postgres() { Some(start().await) } else { None };
    let two = two.as_ref().unwrap_or(&one);
    if place.is_postgres() {
        heard(&place, 2).await;
    }
    assert_eq!(read(two).await, r#"{"n":0}"#);
    write(&one).await;
    assert!(until(two, r#"{"n":1}"#).await < SHARE / 5, "kept although something was written");
    write(two).await;
    assert!(until(&one, r#"{"n":2}"#).await < SHARE / 5);

    // What is kept of another connection stays, and who watches through one gateway is told of a write through the other.
    let other = "/api/c/other/workflows/runs/r1";
    let text = |gateway: &Gateway| gateway.get(other).send();
    assert_eq!(text(two).await.unwrap().text().await.unwrap(), r#"{"n":2}"#);
    let mut told = Told::of(two.get(&watching(&[(3, "c/retab/workflows/runs/r1")])).send().await.unwrap());
    told.news().await;
    let written = Instant::now();
    write(&one).await;
    told.news().await;
    assert!(written.elapsed() < Duration::from_secs(4), "{:?}", written.elapsed());
    assert_eq!(text(two).await.unwrap().text().await.unwrap(), r#"{"n":2}"#);
    drop(told);

    if place.is_postgres() {
        // A line that was cut is there again, and what was said meanwhile is not handed out either.
        read(two).await;
        place.meddle("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'").await.unwrap();
        write(&one).await;
        assert!(until(two, r#"{"n":4}"#).await < SHARE / 2);
        heard(&place, 2).await;
        write(&one).await;
        assert!(until(two, r#"{"n":5}"#).await < SHARE / 5);
    }
}

/// Until so many gateways listen.
async fn heard(place: &Place, count: usize) {
    let begun = Instant::now();
    let ask = format!(
        "DO $$ BEGIN IF (SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN %') < {count} THEN RAISE EXCEPTION 'few'; END IF; END $$"
    );
    while place.meddle(&ask).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "they do not listen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
