//! A real Airflow 3 through the gateway, with the DAGs of `tests/engines` (`SLUICE_AIRFLOW_URL`, which ends with `/api/v2`).

mod acting;
mod deciding;
mod lists;
mod racing;
mod reading;
mod server;
mod stale;
mod through;
