//! A receiver of webhooks.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use tokio::net::TcpListener;

#[derive(Clone, Copy, Debug)]
pub enum Answer {
    Status(u16),
    /// 503, and to be left alone for so many seconds.
    Later(u32),
    /// 503, and to be left alone until a date that is a minute away by its own clock, which is years behind.
    LaterByDate,
    Never,
}

#[derive(Clone, Debug)]
pub struct Seen {
    pub id: String,
    pub timestamp: String,
    pub signature: String,
    pub body: String,
    /// With success.
    pub answered: bool,
}

impl Seen {
    /// Worked out anew, by the standard's words: over id, timestamp and body.
    pub fn signed(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.{}", self.id, self.timestamp, self.body).as_bytes());
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let age = gateway::clock::now() / 1_000 - self.timestamp.parse::<i64>().unwrap();
        expected == self.signature && (-5..300).contains(&age)
    }
}

pub struct Hook {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<Mutex<Answer>>,
}

impl Hook {
    pub async fn start() -> Self {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let answer = Arc::new(Mutex::new(Answer::Status(200)));
        let (record, how) = (Arc::clone(&seen), Arc::clone(&answer));
        let router = Router::new().fallback(move |request: Request| {
            let (record, how) = (Arc::clone(&record), Arc::clone(&how));
            async move {
                let (parts, body) = request.into_parts();
                let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
                let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
                let how = *how.lock().unwrap();
                if parts.method == "POST" {
                    record.lock().unwrap().push(Seen {
                        id: header("webhook-id"),
                        timestamp: header("webhook-timestamp"),
                        signature: header("webhook-signature"),
                        body: String::from_utf8(body.to_vec()).unwrap(),
                        answered: matches!(how, Answer::Status(200)),
                    });
                }
                match how {
                    Answer::Status(status) => Response::builder().status(status).body(String::new()).unwrap(),
                    Answer::Later(seconds) => Response::builder().status(503).header("retry-after", seconds).body(String::new()).unwrap(),
                    Answer::LaterByDate => Response::builder()
                        .status(503)
                        .header("date", "Sun, 06 Nov 1994 08:49:37 GMT")
                        .header("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT")
                        .body(String::new())
                        .unwrap(),
                    Answer::Never => std::future::pending().await,
                }
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks/of-a-chat", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen, answer }
    }

    /// The same receiver by another address.
    pub fn at(&self, url: String) -> Self {
        Self { url, seen: Arc::clone(&self.seen), answer: Arc::clone(&self.answer) }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn answers(&self, how: Answer) {
        *self.answer.lock().unwrap() = how;
    }
}
