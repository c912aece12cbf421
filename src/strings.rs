//! All visible text, typed: one value of [`Strings`] a language. Vendor data never comes from here.

mod en;
mod history;
mod review;
mod run;
mod shared;
mod shell;
mod start;

pub use history::History;
pub use review::ReviewWords;
pub use run::RunWords;
pub use shared::Shared;
pub use shell::Shell;
pub use start::StartWords;

/// Every text of one language; a missing one does not compile.
pub struct Strings {
    pub shared: Shared,
    pub shell: Shell,
    pub history: History,
    pub run: RunWords,
    pub review: ReviewWords,
    pub start: StartWords,
}

/// The language of the page.
pub fn t() -> &'static Strings {
    &en::EN
}
