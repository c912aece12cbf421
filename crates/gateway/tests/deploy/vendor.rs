//! A vendor that answers and listens in pieces, each when the test says so.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Response;
use futures_util::StreamExt as _;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

/// More than the gateway holds of an answer: it hands this on as it comes.
pub const FIRST: usize = 3 * 1024 * 1024;

#[derive(Clone)]
pub struct Vendor {
    pub base: String,
    /// Lets an answer go on to its end.
    pub go_on: mpsc::Sender<()>,
    /// How many bytes of an upload have arrived, each time some do.
    pub arrived: Arc<Mutex<mpsc::Receiver<usize>>>,
}

impl Vendor {
    pub async fn start() -> Self {
        let (go_on, told) = mpsc::channel::<()>(1);
        let (count, arrived) = mpsc::channel(100_000);
        let told = Arc::new(Mutex::new(told));
        let answer = move |request: Request| {
            let (told, count) = (Arc::clone(&told), count.clone());
            async move {
                if request.method() == "POST" {
                    let mut pieces = request.into_body().into_data_stream();
                    let mut all = 0;
                    while let Some(Ok(piece)) = pieces.next().await {
                        all += piece.len();
                        let _ = count.send(all).await;
                    }
                    return json(Body::from("{}"));
                }
                if !request.uri().path().ends_with("/runs/run_1") {
                    // What the gateway itself asks.
                    return json(Body::from(r#"{"data":[],"list_metadata":{"before":null,"after":null}}"#));
                }
                let start = Bytes::from(format!("{{\"filler\":\"{}", "x".repeat(FIRST - 11)));
                let end = futures_util::stream::once(async move {
                    told.lock().await.recv().await;
                    Ok::<_, std::convert::Infallible>(Bytes::from_static(b"\"}"))
                });
                json(Body::from_stream(futures_util::stream::iter([Ok(start)]).chain(end)))
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
        Self { base, go_on, arrived: Arc::new(Mutex::new(arrived)) }
    }
}

fn json(body: Body) -> Response<Body> {
    Response::builder().header("content-type", "application/json").body(body).unwrap()
}
