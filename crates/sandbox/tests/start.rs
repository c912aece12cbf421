//! Starting, seeding and stopping.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use sandbox::StartError;
use support::{Sandbox, config};

#[tokio::test]
async fn the_long_history_is_planted_in_time() {
    let begun = std::time::Instant::now();
    let sandbox = Sandbox::with(sandbox::Config { runs: 10_240, ..config() }).await;
    println!("planted in {:?}", begun.elapsed());
    sandbox.stop().await;
}

#[tokio::test]
async fn refuses_what_it_cannot_serve() {
    let public = sandbox::Config { listen: ([0, 0, 0, 0], 0).into(), ..config() };
    let error = sandbox::serve(public, std::future::pending()).await.unwrap_err();
    assert!(matches!(error, StartError::NotLoopback(_)), "{error}");
    let error = sandbox::serve(sandbox::Config { runs: 1, ..config() }, std::future::pending()).await.unwrap_err();
    assert!(error.to_string().contains("--runs 1"), "{error}");
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let busy = sandbox::Config { listen: taken.local_addr().unwrap(), ..config() };
    let error = sandbox::serve(busy, std::future::pending()).await.unwrap_err().to_string();
    assert!(error.contains("--listen") && error.lines().count() == 1, "{error}");
}
