//! Who is told what changes: what the relay itself would give them, for as long as it would.

use std::time::Duration;

use gateway::auth::{Grant, Role, SignIn};
use runs::Dialect;

use super::{People, grant};
use crate::events::{Told, numbered, shared, tag, watching};
use crate::support::*;
use crate::world::*;

const RUN: &str = "c/retab/workflows/runs/r1";

#[tokio::test(flavor = "multi_thread")]
async fn somebody_of_one_flow_is_told_of_its_reads_only_and_of_the_part_that_they_see() {
    // The flows' ids are the same in every sandbox.
    let open = World::new().await;
    let vendor = open.vendor(Dialect::TableFlow);
    let (mine, theirs) = (vendor.flow(RECONCILIATION).await, vendor.flow(SHOWCASE).await);
    let mut people = People::new();
    let admin = people.add("Ada", vec![Grant::everywhere(Role::Admin)]);
    let viewer = people.add("Vera", vec![grant(Role::Viewer, "tableflow", &[&mine])]);
    let world = World::with(|config| config.sign_in = people.sign_in).await;
    let (flows, own, other) = (
        "c/tableflow/flows".to_owned(),
        format!("c/tableflow/flows/runs?flow_id={mine}&limit=5"),
        format!("c/tableflow/flows/runs?flow_id={theirs}&limit=5"),
    );
    let run = |flow: &str| runs::adapters::query::RunQuery { flow: Some(flow.to_owned()), limit: 1, ..Default::default() };
    let ada = world.vendor_as(Dialect::TableFlow, &admin);
    let (my_run, their_run) = (ada.page(&run(&mine)).await.items.remove(0).id, ada.page(&run(&theirs)).await.items.remove(0).id);
    let (my_run, their_run) = (format!("c/tableflow/flows/runs/{my_run}"), format!("c/tableflow/flows/runs/{their_run}"));
    let reads = [&flows, &own, &other, &my_run, &their_run, "c/retab/workflows"];
    let asked: Vec<(u8, &str)> = reads.iter().map(|read| (0, *read as &str)).collect();
    let mut told = std::collections::BTreeMap::new();
    for (who, token) in [("ada", &admin), ("vera", &viewer)] {
        let mut stream = Told::of(world.gateway.get(&watching(&asked)).bearer_auth(token).send().await.unwrap());
        for _ in &reads {
            let news = stream.news().await;
            let (at, said) = news.split_once(' ').unwrap();
            told.insert((who, at.parse::<usize>().unwrap()), said.to_owned());
        }
    }
    for (at, read) in reads.iter().enumerate() {
        let (ada, vera) = (&told[&("ada", at)], &told[&("vera", at)]);
        assert_eq!(*ada, tag(world.gateway.get(&format!("/api/{read}")).bearer_auth(&admin)).await, "{read}");
        let hers = world.gateway.get(&format!("/api/{read}")).bearer_auth(&viewer);
        if matches!(at, 0 | 1 | 3) {
            assert_eq!(*vera, tag(hers).await, "{read}: what the relay gives her");
        } else {
            assert_eq!((vera.as_str(), hers.send().await.unwrap().status().as_u16()), ("-", 404), "{read}");
        }
    }
    assert_ne!(told[&("ada", 0)], told[&("vera", 0)], "she is told of the part that she sees");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_with_the_session_and_with_the_role() {
    let (vendor, _) = numbered().await;
    let mut people = People::new();
    let token = people.add("Ada", vec![Grant::everywhere(Role::Viewer)]);
    let settings = people.sign_in.clone();
    let gateway = gateway_with(|config| {
        config.connections = vec![shared(&vendor.base)];
        config.sign_in = people.sign_in;
    })
    .await;
    let path = watching(&[(0, RUN)]);
    assert_eq!(gateway.get(&path).send().await.unwrap().status(), 401);
    let soon = Duration::from_secs(12);

    let cookie = super::signing_in::sign_in(&gateway, &token).await;
    let mut told = Told::of(gateway.get(&path).header("cookie", &cookie).send().await.unwrap());
    told.news().await;
    assert_eq!(told.line().await.as_deref(), Some("beat"), "it lasts as long as the session");
    assert_eq!(gateway.post("/api/sign-out", "{}").header("cookie", &cookie).send().await.unwrap().status(), 200);
    tokio::time::timeout(soon, told.end()).await.unwrap();
    assert_eq!(gateway.get(&path).header("cookie", &cookie).send().await.unwrap().status(), 401);

    let script = || async { Told::of(gateway.get(&path).bearer_auth(&token).send().await.unwrap()) };
    let mut told = script().await;
    told.news().await;
    let mut other_role = settings.clone();
    other_role.tokens[0].grants = vec![grant(Role::Viewer, "retab", &["wf_1"])];
    gateway.app.auth().reload(other_role);
    tokio::time::timeout(soon, told.end()).await.unwrap();
    gateway.app.auth().reload(settings.clone());
    let mut told = script().await;
    told.news().await;
    gateway.app.auth().reload(SignIn { tokens: vec![], ..settings });
    tokio::time::timeout(soon, told.end()).await.unwrap();
}

#[tokio::test]
async fn one_person_takes_so_many_streams_and_leaves_room_for_others() {
    let (vendor, _) = numbered().await;
    let mut people = People::new();
    let (ada, vera) = (people.add("Ada", vec![Grant::everywhere(Role::Viewer)]), people.add("Vera", vec![Grant::everywhere(Role::Viewer)]));
    let gateway = gateway_with(|config| {
        config.connections = vec![shared(&vendor.base)];
        config.sign_in = people.sign_in;
    })
    .await;
    let path = watching(&[(0, RUN)]);
    let mut held = Vec::new();
    let refused = loop {
        let answer = gateway.get(&path).bearer_auth(&ada).send().await.unwrap();
        if answer.status() != 200 {
            break answer;
        }
        held.push(answer);
        assert!(held.len() < 100);
    };
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (503, "60"));
    assert!(held.len() > 8, "{}", held.len());
    assert_eq!(gateway.get(&path).bearer_auth(&vera).send().await.unwrap().status(), 200);
    // A place is free again once its browser has gone.
    held.clear();
    let begun = std::time::Instant::now();
    while gateway.get(&path).bearer_auth(&ada).send().await.unwrap().status() != 200 {
        assert!(begun.elapsed() < Duration::from_secs(12));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
