//! What a page asks for first is told with the page.

use runs::Dialect;

use crate::support::*;
use crate::world::*;

/// The targets in the `Link` header of the page at a path.
async fn told(gateway: &Gateway, path: &str) -> Vec<String> {
    let answer = client().get(gateway.url(path)).header("accept", "text/html").send().await.unwrap();
    let header = answer.headers().get("link").map(|value| value.to_str().unwrap().to_owned());
    let links = header.iter().flat_map(|header| header.split(", "));
    let target = |link: &str| {
        let (target, rest) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
        assert_eq!(rest, "; rel=preload; as=fetch; crossorigin");
        target.to_owned()
    };
    links.map(target).collect()
}

#[tokio::test]
async fn the_first_read_of_a_history_page_is_told_with_it_and_can_be_made() {
    let world = World::new().await;
    for dialect in Dialect::IMITATED {
        let (id, flow) = (dialect.slug(), runs::value::percent::encode(&world.vendor(dialect).flows().await[0].id));
        for path in
            [format!("/runs?c={id}&flow={flow}"), format!("/runs?c={id}"), format!("/runs?c={id}&flow={flow}&status=failed&size=25")]
        {
            let told = told(&world.gateway, &path).await;
            assert!(!told.is_empty(), "{path}");
            for target in told {
                assert!(target.starts_with(&format!("/api/c/{id}/")), "{target}");
                let answer = client().get(world.gateway.url(&target)).send().await.unwrap();
                assert_eq!(answer.status(), 200, "{path}: {target}");
            }
        }
    }
    assert_eq!(told(&world.gateway, "/").await, told(&world.gateway, "/runs?c=retab").await, "the first connection");
}

/// A first visit read the flows and then the runs, one after the other.
#[tokio::test]
async fn a_first_visit_is_told_the_runs_of_the_first_flow() {
    let world = World::new().await;
    let first = world.vendor(Dialect::Retab).flows().await[0].id.clone();
    let mut config = serde_json::Value::Null;
    for _ in 0..100 {
        config = client().get(world.gateway.url("/api/config")).send().await.unwrap().json().await.unwrap();
        if config["connections"].as_array().unwrap().iter().all(|entry| entry["first_flow"].is_string()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let retab = config["connections"].as_array().unwrap().iter().find(|entry| entry["id"] == "retab").unwrap();
    assert_eq!(retab["first_flow"], first.as_str());
    assert_eq!(
        told(&world.gateway, "/").await,
        told(&world.gateway, &format!("/runs?c=retab&flow={}", runs::value::percent::encode(&first))).await
    );
}

#[tokio::test]
async fn nothing_is_told_where_the_address_does_not_say_what_is_asked() {
    let world = World::new().await;
    for path in [
        "/runs?c=nobody",
        "/runs?c=*",
        "/runs?c=tableflow&flow=a&last=60",
        "/runs?c=tableflow&flow=a&run=b",
        "/reviews",
        "/c/tableflow/runs/a",
        "/runs/",
    ] {
        assert_eq!(told(&world.gateway, path).await, Vec::<String>::new(), "{path}");
    }
    let file = client().get(world.gateway.url("/missing.js?c=tableflow")).send().await.unwrap();
    assert!(file.headers().get("link").is_none());
}

/// Found by thinking of what a vendor's id may hold: nothing of an address ends the target or begins another one.
#[tokio::test]
async fn an_address_cannot_write_into_the_header() {
    let world = World::new().await;
    let told = told(&world.gateway, "/runs?c=retab&flow=%3E%3B%20rel%3Dx%2C%20%3Chttps%3A%2F%2Fevil.example%3E%0D%0Ax%3A%20y").await;
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("%3E%3B%20rel%3Dx"), "{told:?}");
}
