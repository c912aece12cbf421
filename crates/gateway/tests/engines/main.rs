//! Real engines through the gateway: a Prefect 3, and in `airflow` an Airflow 3. They need servers with the flows of `tests/engines`:
//! `cargo xtask test --only engines` starts them and names them (`SLUICE_PREFECT_URL`, and `SLUICE_PREFECT_KEY` as `user:password`;
//! `SLUICE_AIRFLOW_URL`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(unix)]

mod airflow;
mod common;
#[path = "../http/place.rs"]
#[allow(dead_code, unused_macros, unused_imports, reason = "shared with the tests over HTTP")]
mod place;
mod prefect;
#[path = "../http/support.rs"]
#[allow(dead_code, reason = "shared with the tests over HTTP")]
mod support;
