//! What lives as long as the page: connections, who decides, theme, messages, the clock.

mod deciding;
pub mod drafts;
mod identity;
mod session;
mod theme;
mod tick;
mod toasts;

pub use deciding::{Case, Deciding, Phase, case_id};
pub use identity::Identity;
pub use session::Session;
pub use theme::Theme;
pub use tick::Tick;
pub use toasts::{Toast, Toasts};

use crate::data::{Numbers, Waiting};
use crate::net::Config;
use leptos::prelude::*;

/// Everything global, handed down by context.
#[derive(Clone, Copy)]
pub struct Globals {
    pub session: Session,
    pub identity: Identity,
    pub theme: Theme,
    pub tick: Tick,
    pub toasts: Toasts,
    pub numbers: Numbers,
    pub waiting: Waiting,
    pub deciding: Deciding,
}

impl Globals {
    pub fn provide(config: Config) -> Self {
        let session = Session::new(config);
        let (toasts, waiting) = (Toasts::new(), Waiting::new(session));
        let globals = Self {
            session,
            identity: Identity::new(),
            theme: Theme::new(),
            tick: Tick::new(),
            toasts,
            numbers: Numbers::new(),
            waiting,
            deciding: Deciding::new(waiting, toasts),
        };
        provide_context(globals);
        globals
    }
}

/// The globals; every view lives below the shell that provides them.
pub fn globals() -> Globals {
    expect_context()
}
