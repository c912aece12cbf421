//! What the views read: connections, and readings of the vendors' answers that stay current.

pub mod audit;
pub mod elsewhere;
pub mod flows;
mod learned;
mod live;
pub mod notifying;
mod numbers;
pub mod presence;
mod waiting;
mod waiting_list;

use runs::Dialect;

pub use learned::{Learned, look_up};
pub use live::{Asking, Live, Rules};
pub use numbers::Numbers;
pub use waiting::Waiting;
pub use waiting_list::WaitingOf;

/// Where the wish for notifications is kept.
pub const NOTIFY: &str = "notify";

/// One configured account at one vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub id: String,
    pub label: String,
    pub dialect: Dialect,
    pub sandbox: bool,
    /// Where the vendor shows a run, with `{run}` and `{flow}` for the ids.
    pub open_url: Option<String>,
    /// The flow that the vendor lists first, as far as the gateway knows: a first visit opens on it.
    pub first_flow: Option<String>,
}
