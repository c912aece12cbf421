//! What any proxy before the gateway has to do, tried through it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use reqwest::{Client, RequestBuilder};

use crate::vendor::FIRST;
use crate::walk;
use crate::world::{At, World};

/// Where callers come from who are not the proxy.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// A proxy with https, as its callers see it.
pub struct Front {
    pub at: At,
    client: Client,
    http: u16,
}

impl Front {
    pub fn new(at: At, http: u16, https: u16) -> Self {
        let client = Client::builder().no_proxy().no_gzip().no_brotli().no_zstd().redirect(reqwest::redirect::Policy::none());
        let here = |port| SocketAddr::from(([127, 0, 0, 1], port));
        // By the host's own name, as in production; only the port is another.
        let client = client.resolve(at.host(), here(https)).local_address(ELSEWHERE).tls_danger_accept_invalid_certs(true);
        Self { at, client: client.build().unwrap(), http }
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://{}{}{path}", self.at.host(), self.at.base())
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(self.url(path)).header("origin", format!("https://{}", self.at.host()))
    }

    pub fn beside(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("https://{}{path}", self.at.host()))
    }

    pub async fn ready(&self) {
        let began = Instant::now();
        loop {
            match self.get("/api/config").send().await {
                // Whatever it says, the gateway says it.
                Ok(answer) if answer.headers().contains_key("sluice-time") => return,
                other => assert!(began.elapsed() < Duration::from_secs(30), "the proxy does not pass on: {other:?}"),
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// All of it.
    pub async fn passes_on(&self, world: &World) {
        self.ready().await;
        self.leads_to_https().await;
        walk::all(self, world).await;
        self.answers_are_not_held(world).await;
        self.uploads_are_not_held(world).await;
        self.callers_are_told_apart().await;
    }

    /// Plain http leads to https, and a path without its last slash to that with it.
    pub async fn leads_to_https(&self) {
        let plain =
            self.client.get(format!("http://127.0.0.1:{}/runs?c=retab", self.http)).header("host", self.at.host()).send().await.unwrap();
        assert_eq!(plain.status(), 308);
        let place = plain.headers()["location"].to_str().unwrap();
        assert!(place.starts_with(&format!("https://{}", self.at.host())) && place.ends_with("/runs?c=retab"), "{place}");
        if self.at == At::Path {
            let bare = self.beside("/sluice").send().await.unwrap();
            assert_eq!((bare.status().as_u16(), bare.headers()["location"].to_str().unwrap().ends_with("/sluice/")), (308, true));
            // What is beside it is not Sluice's.
            for other in ["/", "/sluiceX", "/api/config"] {
                assert_eq!(self.beside(other).send().await.unwrap().status(), 404, "{other}");
            }
        }
    }

    /// An answer goes through as it comes: all that the vendor said is here before the vendor goes on.
    pub async fn answers_are_not_held(&self, world: &World) {
        let answer = self.get("/api/c/slow/workflows/runs/run_1").bearer_auth(&world.token).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let mut pieces = answer.bytes_stream();
        let mut all = 0;
        while all < FIRST {
            let piece = tokio::time::timeout(Duration::from_secs(10), pieces.next()).await;
            all += piece.unwrap_or_else(|_| panic!("the proxy holds {} bytes back", FIRST - all)).unwrap().unwrap().len();
        }
        world.vendor.go_on.send(()).await.unwrap();
        while let Some(piece) = pieces.next().await {
            all += piece.unwrap().len();
        }
        assert_eq!(all, FIRST + 2);
    }

    /// An upload goes through as it comes, so that its progress is the vendor's.
    pub async fn uploads_are_not_held(&self, world: &World) {
        const HALF: usize = 1024 * 1024;
        let (more, pieces) = tokio::sync::mpsc::channel::<Vec<u8>>(2);
        more.send(vec![b' '; HALF]).await.unwrap();
        let body = futures_util::stream::unfold(pieces, |mut pieces| async {
            pieces.recv().await.map(|piece| (Ok::<_, std::convert::Infallible>(piece), pieces))
        });
        let sent = self.post("/api/c/slow/workflows/wf_1/run").bearer_auth(&world.token).header("x-sluice", "1");
        let sent = sent.header("content-type", "application/json").header("content-length", (2 * HALF).to_string());
        let sending = tokio::spawn(sent.body(reqwest::Body::wrap_stream(body)).send());
        let mut arrived = world.vendor.arrived.lock().await;
        let mut all = 0;
        while all < HALF {
            let piece = tokio::time::timeout(Duration::from_secs(10), arrived.recv()).await;
            all = piece.unwrap_or_else(|_| panic!("the proxy holds {} bytes back", HALF - all)).unwrap();
        }
        assert_eq!(all, HALF);
        more.send(vec![b' '; HALF]).await.unwrap();
        drop(more);
        assert_eq!(sending.await.unwrap().unwrap().status(), 200);
    }

    /// Whoever tries tokens is known by their own address, whatever they say of it.
    pub async fn callers_are_told_apart(&self) {
        let tried = async |n: u32| {
            let wrong = self.get("/api/config").header("x-forwarded-for", format!("192.0.2.{n}")).bearer_auth("sluice_wrong");
            wrong.send().await.unwrap().status().as_u16()
        };
        for n in 0..10 {
            assert_eq!(tried(n).await, 401, "{n}");
        }
        assert_eq!(tried(10).await, 429);
    }

    /// With mode "proxy" behind it: nobody names themselves.
    pub async fn nobody_names_themselves(&self) {
        let claimed = self.get("/api/config").header("x-forwarded-user", "eve").header("x-forwarded-groups", "staff");
        let answer = claimed.send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert!(answer.text().await.unwrap().contains("did not say who you are"));
    }
}
