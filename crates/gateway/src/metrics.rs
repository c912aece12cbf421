//! What the gateway counts, for Prometheus. Labels are names of the configuration and of routes, never a caller's or a vendor's text.

use std::fmt;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::relay::Source;

type One = [(&'static str, String); 1];
type Two = [(&'static str, String); 2];
type Times<L> = Family<L, Histogram, fn() -> Histogram>;

/// Why a call to a vendor was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The vendor wants a pause.
    Paused,
    /// The limit a minute that is configured.
    Rate,
    /// All places are taken.
    Busy,
}

impl Refusal {
    const fn word(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Rate => "rate",
            Self::Busy => "busy",
        }
    }
}

/// The counts of this process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    answers: Family<Two, Counter>,
    answer_seconds: Times<One>,
    reads: Family<Two, Counter>,
    vendor_answers: Family<Two, Counter>,
    vendor_seconds: Times<One>,
    in_flight: Family<One, Gauge>,
    refused: Family<Two, Counter>,
    retries: Family<One, Counter>,
    pub connections: Gauge,
    pub event_streams: Gauge,
    pub watched_reads: Gauge,
    pub log_lines_left_out: Counter,
    reloads: Family<One, Counter>,
    notifications: Family<Two, Counter>,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

pub fn metrics() -> &'static Metrics {
    &METRICS
}

fn seconds() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0])
}

impl Metrics {
    fn new() -> Self {
        let mut registry = Registry::with_prefix("sluice");
        let times = || Family::new_with_constructor(seconds as fn() -> Histogram);
        let new = Self {
            answers: Family::default(),
            answer_seconds: times(),
            reads: Family::default(),
            vendor_answers: Family::default(),
            vendor_seconds: times(),
            in_flight: Family::default(),
            refused: Family::default(),
            retries: Family::default(),
            connections: Gauge::default(),
            event_streams: Gauge::default(),
            watched_reads: Gauge::default(),
            log_lines_left_out: Counter::default(),
            reloads: Family::default(),
            notifications: Family::default(),
            registry: Registry::default(),
        };
        registry.register("build", "Version of this gateway", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        let started = Gauge::<i64>::default();
        started.set(crate::clock::now() / 1_000);
        registry.register("start_time_seconds", "When this gateway started, in seconds since 1970", started);
        registry.register("http_requests", "Answers given, by route and status", new.answers.clone());
        registry.register("http_request_duration_seconds", "Time until an answer's head, by route", new.answer_seconds.clone());
        registry.register("http_connections", "Callers' connections open", new.connections.clone());
        registry.register("event_streams", "Browsers that are told what changes", new.event_streams.clone());
        registry.register("watched_reads", "Reads that are asked on behalf of those who watch", new.watched_reads.clone());
        registry.register("reads", "Relayed reads, by where the answer came from: vendor, shared, kept", new.reads.clone());
        registry.register("vendor_requests", "Calls made to a vendor, by status; failed: no answer", new.vendor_answers.clone());
        registry.register("vendor_request_duration_seconds", "Time until the head of a vendor's answer", new.vendor_seconds.clone());
        registry.register("vendor_requests_in_flight", "Calls to a vendor under way", new.in_flight.clone());
        registry.register("vendor_requests_refused", "Calls not made, by reason: paused, rate, busy", new.refused.clone());
        registry.register("vendor_retries", "Reads asked again after no answer", new.retries.clone());
        registry.register("log_lines_left_out", "Lines not logged, since too many came at once", new.log_lines_left_out.clone());
        registry.register("config_reloads", "Configurations read again, by outcome: taken, refused", new.reloads.clone());
        registry.register(
            "notifications",
            "Messages by channel and outcome: sent, failed (tried again), given_up, gone",
            new.notifications.clone(),
        );
        Self { registry, ..new }
    }

    pub fn answered(&self, route: &str, status: StatusCode, took: Duration) {
        self.answers.get_or_create(&[("route", route.to_owned()), ("status", status.as_str().to_owned())]).inc();
        self.answer_seconds.get_or_create(&[("route", route.to_owned())]).observe(took.as_secs_f64());
    }

    pub fn read(&self, connection: &str, source: Source) {
        let from = match source {
            Source::Vendor => "vendor",
            Source::Shared => "shared",
            Source::Kept => "kept",
        };
        self.reads.get_or_create(&[("connection", connection.to_owned()), ("from", from.to_owned())]).inc();
    }

    pub fn in_flight(&self, connection: &str) -> Gauge {
        self.in_flight.get_or_create_owned(&[("connection", connection.to_owned())])
    }

    pub fn refused(&self, connection: &str, why: Refusal) {
        self.refused.get_or_create(&[("connection", connection.to_owned()), ("reason", why.word().to_owned())]).inc();
    }

    pub fn retried(&self, connection: &str) {
        self.retries.get_or_create(&[("connection", connection.to_owned())]).inc();
    }

    pub fn reloaded(&self, taken: bool) {
        let outcome = if taken { "taken" } else { "refused" };
        self.reloads.get_or_create(&[("outcome", outcome.to_owned())]).inc();
    }

    pub fn notified(&self, channel: &str, outcome: &'static str) {
        self.notifications.get_or_create(&[("channel", channel.to_owned()), ("outcome", outcome.to_owned())]).inc();
    }

    /// Everything, as Prometheus reads it.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// One call to a vendor, timed until its answer's head.
#[derive(Debug)]
pub struct Took<'a> {
    connection: &'a str,
    begun: Instant,
}

impl<'a> Took<'a> {
    pub fn begin(connection: &'a str) -> Self {
        Self { connection, begun: Instant::now() }
    }

    pub fn answered(&self, status: StatusCode) {
        self.count(status.as_str());
    }

    pub fn failed(&self) {
        self.count("failed");
    }

    fn count(&self, status: &str) {
        let metrics = metrics();
        let connection = || self.connection.to_owned();
        metrics.vendor_answers.get_or_create(&[("connection", connection()), ("status", status.to_owned())]).inc();
        metrics.vendor_seconds.get_or_create(&[("connection", connection())]).observe(self.begun.elapsed().as_secs_f64());
    }
}
