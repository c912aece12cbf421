//! All visible text, typed: one value of [`Strings`] a language. Vendor data never comes from here.

mod all;
mod audit;
mod bulk;
mod carried;
mod claims;
mod clock;
mod columns;
mod conflict;
mod decide;
mod en;
mod export;
mod filter;
mod form;
mod history;
mod jump;
mod keys;
mod merged;
mod overview;
mod palette;
mod presence;
mod preview;
mod queue;
mod review;
mod run;
mod select;
mod shared;
mod shell;
mod sources;
mod standing;
mod start;
mod summary;
mod views;
mod who;

pub use all::AllWords;
pub use audit::AuditWords;
pub use bulk::BulkWords;
pub use carried::CarriedWords;
pub use claims::ClaimWords;
pub use clock::ClockWords;
pub use columns::ColumnWords;
pub use conflict::ConflictWords;
pub use decide::DecideWords;
pub use export::ExportWords;
pub use filter::FilterWords;
pub use form::FormWords;
pub use history::History;
pub use jump::{JumpField, JumpWords};
pub use keys::KeyWords;
pub use merged::MergedWords;
pub use overview::OverviewWords;
pub use palette::PaletteWords;
pub use presence::PresenceWords;
pub use preview::PreviewWords;
pub use queue::QueueWords;
pub use review::ReviewWords;
pub use run::RunWords;
pub use select::SelectWords;
pub use shared::Shared;
pub use shell::Shell;
pub use sources::SourceWords;
pub use standing::StandingWords;
pub use start::StartWords;
pub use summary::SummaryWords;
pub use views::ViewWords;
pub use who::WhoWords;

/// Every text of one language; a missing one does not compile. By reference, so that a module carries the texts of its own pages
/// alone: take `t().run`, not `&t().run`, which would hold on to all of them.
pub struct Strings {
    pub shared: &'static Shared,
    pub shell: &'static Shell,
    pub history: &'static History,
    pub filter: &'static FilterWords,
    pub overview: &'static OverviewWords,
    pub columns: &'static ColumnWords,
    pub views: &'static ViewWords,
    pub summary: &'static SummaryWords,
    pub jump_field: &'static JumpField,
    pub jump: &'static JumpWords,
    pub all: &'static AllWords,
    pub merged: &'static MergedWords,
    pub run: &'static RunWords,
    pub review: &'static ReviewWords,
    pub queue: &'static QueueWords,
    pub keys: &'static KeyWords,
    pub palette: &'static PaletteWords,
    pub standing: &'static StandingWords,
    pub start: &'static StartWords,
    pub preview: &'static PreviewWords,
    pub sources: &'static SourceWords,
    pub decide: &'static DecideWords,
    pub audit: &'static AuditWords,
    pub presence: &'static PresenceWords,
    pub carried: &'static CarriedWords,
    pub who: &'static WhoWords,
    pub clock: &'static ClockWords,
    pub form: &'static FormWords,
    pub conflict: &'static ConflictWords,
    pub claims: &'static ClaimWords,
    pub select: &'static SelectWords,
    pub bulk: &'static BulkWords,
    pub export: &'static ExportWords,
}

/// The language of the page.
pub fn t() -> &'static Strings {
    &en::EN
}
