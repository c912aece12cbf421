//! The only module that does HTTP: carries operations of `runs` to the gateway, bounded in time and size.

mod config;
mod connection;
mod early;
mod fetch;
mod file;
mod own;
mod parting;
mod quota;
mod sample;
mod upload;

use crate::platform::stopped::{Sending, is_stopped};
use crate::platform::{news, page, together};
use runs::wire::http::{Failure, FailureKind, Method, Reply, Request, TAG};
use runs::wire::retry::{Retry, Turn};
use runs::{ApiError, ErrorKind, Operation};
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use web_sys::{AbortController, AbortSignal};

pub use config::{Config, Person, load_config};
pub use connection::Connection;
pub use early::early;
pub use file::{Bytes, file, reached};
pub use own::{own, sign_out};
pub use parting::parting;
pub use quota::{quiet, quota};
pub use sample::load_sample;

/// How long one request may take, in milliseconds; uploads get [`upload::TIMEOUT`].
const TIMEOUT: u32 = 30_000;

/// What requests know of each other. A `static`, because requests come from tasks that have no owner and no handle on the page's state.
struct Net {
    limits: quota::Limits,
    early: RefCell<Option<(String, early::Answer)>>,
    late: Cell<Late>,
}

thread_local! {
    static NET: Net = const { Net { limits: quota::Limits::new(), early: RefCell::new(None), late: Cell::new(|| Box::pin(std::future::ready(()))) } };
}

/// Fetches the code of dialects that a first visit does not carry; ready as well if it does not come.
pub type Late = fn() -> Pin<Box<dyn Future<Output = ()>>>;

/// How that code is fetched: by whoever stands above and has the second module.
pub fn fetch_late_with(late: Late) {
    NET.with(|net| net.late.set(late));
}

/// Says how far an upload is: bytes sent and bytes in all.
pub type Progress = Box<dyn Fn(f64, f64)>;

/// Ends the reads of a view when the view goes. Writes are carried without one: they are followed to their outcome.
#[derive(Clone)]
pub struct Scope {
    controller: Option<SendWrapper<AbortController>>,
    fresh: bool,
    /// What the last read asked for: a line for each answer, by what it is known and its address.
    seen: SendWrapper<Rc<RefCell<String>>>,
}

impl Scope {
    /// A scope that ends with the current reactive owner.
    pub fn of_view() -> Self {
        let scope = Self::new();
        let ended = scope.clone();
        leptos::prelude::on_cleanup(move || ended.end());
        scope
    }

    /// A scope that ends when told to.
    pub fn new() -> Self {
        Self { controller: AbortController::new().ok().map(SendWrapper::new), fresh: false, seen: SendWrapper::new(Rc::default()) }
    }

    /// The same, for reads that want what the vendor says now: what the gateway read a moment ago for somebody else does not do.
    pub fn fresh(&self) -> Self {
        Self { fresh: true, ..self.clone() }
    }

    /// Until it is time to repeat the last read, which began at `started`; `known`: it was answered.
    pub async fn next(&self, delay: u32, pace: u8, started: f64, known: bool) {
        let seen = if known { RefCell::take(&self.seen) } else { String::new() };
        news::wait(delay, pace, started, &seen, self.signal().as_ref()).await;
    }

    /// Ends the reads before their view goes.
    pub fn end(&self) {
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }

    fn signal(&self) -> Option<AbortSignal> {
        self.controller.as_ref().map(|controller| controller.signal())
    }

    pub fn ended(&self) -> bool {
        self.signal().is_some_and(|signal| signal.aborted())
    }
}

/// Carries a read; it ends with `scope`.
pub async fn read<T: 'static>(connection: &str, operation: Operation<T>, scope: &Scope) -> Result<T, ApiError> {
    let signal = scope.signal();
    RefCell::take(&scope.seen);
    let terms = Terms { signal: signal.as_ref(), progress: None, fresh: scope.fresh, seen: Some(&scope.seen) };
    let result = drive(connection, operation, terms).await;
    if scope.ended() { Err(ApiError::new(ErrorKind::Cancelled, "")) } else { result }
}

/// Carries a write to its outcome, whatever becomes of the view.
pub async fn write<T: 'static>(connection: &str, operation: Operation<T>, progress: Option<Progress>) -> Result<T, ApiError> {
    let _sending = Sending::begin();
    drive(connection, operation, Terms { progress: progress.as_ref(), fresh: true, ..Terms::default() }).await
}

/// How a request is carried.
#[derive(Clone, Copy, Default)]
struct Terms<'a> {
    signal: Option<&'a AbortSignal>,
    progress: Option<&'a Progress>,
    /// A read is asked of the vendor, whatever the gateway knows. What is read around a write is: it is compared with what was seen.
    fresh: bool,
    seen: Option<&'a RefCell<String>>,
}

async fn drive<T: 'static>(connection: &str, mut operation: Operation<T>, terms: Terms<'_>) -> Result<T, ApiError> {
    loop {
        match operation {
            Operation::Done(result) => return result,
            // It asks for nothing as long as its dialect's code is not here.
            Operation::Ask(requests, then) if requests.is_empty() => {
                NET.with(|net| net.late.get())().await;
                operation = then(Vec::new());
            }
            Operation::Ask(requests, then) => operation = then(carry_all(connection, requests, terms).await),
        }
    }
}

async fn carry_all(connection: &str, requests: Vec<Request>, terms: Terms<'_>) -> Vec<Reply> {
    together(requests.iter().map(|request| carry(connection, request, terms))).await
}

async fn carry(connection: &str, request: &Request, terms: Terms<'_>) -> Reply {
    let url = path_of(connection, request);
    let reply = carry_to(&url, request, terms).await;
    if let Ok(response) = &reply {
        quota::learn(connection, response);
        if let Some(seen) = terms.seen {
            // An answer that is known by nothing cannot be watched.
            let line = [response.header(TAG).unwrap_or("-"), " ", &url, "\n"].concat();
            seen.borrow_mut().push_str(&line);
        }
    }
    reply
}

/// An address of the gateway's own.
fn api(path: &str) -> String {
    format!("{}/api/{path}", page::base())
}

fn path_of(connection: &str, request: &Request) -> String {
    api(&format!("c/{}/{}", runs::value::percent::encode(connection), request.target()))
}

async fn carry_to(url: &str, request: &Request, terms: Terms<'_>) -> Reply {
    let Terms { signal, progress, fresh, .. } = terms;
    if is_stopped() {
        std::future::pending::<()>().await;
    }
    let mut tries = Retry::default();
    let mut early = if request.method == Method::Get && !fresh { early::take(url).await } else { None };
    // What was asked before one signed in again says nothing of now.
    early = early.filter(|reply| !matches!(reply, Err(failure) if matches!(failure.kind, FailureKind::Between(_))));
    loop {
        let reply = match (early.take(), progress) {
            (Some(reply), _) => reply,
            (None, Some(progress)) if !matches!(request.body, runs::wire::http::Body::None) => upload::send(url, request, progress).await,
            _ => fetch::send(url, request, signal, TIMEOUT, fresh).await,
        };
        match tries.after(request, reply) {
            Turn::Done(reply) => return reply,
            Turn::Again(wait) if !signal.is_some_and(AbortSignal::aborted) => gloo_timers::future::TimeoutFuture::new(wait).await,
            Turn::Again(_) => return Err(Failure { kind: FailureKind::Cancelled, detail: String::new() }),
        }
    }
}
