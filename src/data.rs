//! What the views read: connections, and readings of the vendors' answers that stay current.

pub mod audit;
pub mod carried;
pub mod flows;
mod learned;
mod live;
mod numbers;
mod reading;
mod run_action;
mod session;
mod start_action;
mod waiting;
mod waiting_list;

pub use crate::net::Connection;
pub use learned::Learned;
pub use live::{Asking, Live, Rules};
pub use numbers::{Ledger, Numbers};
pub use reading::Reading;
pub use run_action::{RunAction, RunActions};
pub use session::Session;
pub use start_action::{StartAction, StartActions};
pub use waiting::{Waiting, case_id};
pub use waiting_list::WaitingOf;
