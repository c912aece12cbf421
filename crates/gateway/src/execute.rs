//! Carries an adapter's operation over HTTP: straight to a vendor for `sluice check`, or through a gateway in tests.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use runs::wire::http::{Body, Failure, FailureKind, Method, Reply, Request, Response};
use runs::{ApiError, Operation};

use crate::relay::Purpose;
use crate::upstream::{NoAnswer, Upstream, cause};

/// Carries operations of one connection.
#[derive(Clone, Debug)]
pub struct Carrier {
    upstream: Arc<Upstream>,
    headers: HeaderMap,
}

impl Carrier {
    pub fn new(upstream: Arc<Upstream>, headers: HeaderMap) -> Self {
        Self { upstream, headers }
    }

    /// Carries every turn until the operation is done; requests of one turn go at the same time.
    pub async fn run<T: 'static>(&self, operation: Operation<T>) -> Result<T, ApiError> {
        let mut operation = operation;
        loop {
            match operation {
                Operation::Done(result) => return result,
                Operation::Ask(requests, then) => {
                    operation = then(join_all(requests.into_iter().map(|request| self.carry(request))).await);
                }
            }
        }
    }

    /// Carries one request.
    pub async fn carry(&self, request: Request) -> Reply {
        let target = request.target();
        let (path, query) = target.split_once('?').map_or((target.as_str(), None), |(path, query)| (path, Some(query)));
        let declared = self.upstream.route(request.method.word(), path).is_ok();
        let Some(url) = self.upstream.url(path, query).filter(|_| declared) else {
            return Err(failure(FailureKind::NotSent, "the adapter asked for a path that it does not declare"));
        };
        let mut headers = self.headers.clone();
        let mut call = Vec::new();
        if let Body::Bytes { content_type, bytes } = request.body {
            let Ok(kind) = HeaderValue::try_from(content_type) else {
                return Err(failure(FailureKind::NotSent, "the content type cannot be sent"));
            };
            headers.insert(header::CONTENT_TYPE, kind);
            call = bytes;
        }
        let purpose = if request.method == Method::Get { Purpose::Read } else { Purpose::Write };
        let _place = self.upstream.enter(purpose).await.map_err(|problem| failure(FailureKind::NotSent, &problem.detail))?;
        let answer = match self.upstream.send(request.method, url, headers, call.into()).await {
            Ok(answer) => answer,
            Err(NoAnswer::Http(error)) => return Err(failure(kind(&error), &cause(&error))),
            // As the vendor says it to a key that it does not take.
            Err(NoAnswer::Login(problem)) if problem.status == StatusCode::UNAUTHORIZED => {
                let body = serde_json::json!({"detail": problem.detail}).to_string().into_bytes();
                return Ok(Response { status: 401, headers: Vec::new(), body });
            }
            Err(NoAnswer::Login(problem)) => return Err(failure(FailureKind::NoAnswer, &problem.detail)),
        };
        self.upstream.pace.learn(answer.status(), answer.headers());
        self.read(answer).await
    }

    async fn read(&self, answer: reqwest::Response) -> Reply {
        let status = answer.status().as_u16();
        let redactor = self.upstream.redactor();
        let headers = answer.headers().iter().filter(|(_, value)| !redactor.holds(value.as_bytes()));
        let headers = headers.map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into())).collect();
        let mut body = Vec::new();
        let mut chunks = answer.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            body.extend_from_slice(&chunk.map_err(|error| failure(FailureKind::Broken, &cause(&error)))?);
            if body.len() as u64 > self.upstream.connection.max_response {
                return Err(failure(FailureKind::Broken, "the answer is larger than max_response_mb allows"));
            }
        }
        redactor.redact(&mut body);
        Ok(Response { status, headers, body })
    }
}

fn failure(kind: FailureKind, detail: &str) -> Failure {
    Failure { kind, detail: runs::wire::error::bounded(detail) }
}

fn kind(error: &reqwest::Error) -> FailureKind {
    if error.is_connect() {
        FailureKind::NoAnswer
    } else if error.is_timeout() {
        FailureKind::Timeout
    } else if error.is_builder() {
        FailureKind::NotSent
    } else {
        FailureKind::Broken
    }
}
